# ---- Several lesions in a subject ----

# How often each positive (against the negatives) and each negative is ranked rightly, less the mean, in units of
# 1 / (2 n_positive n_negative): whole numbers, so that a variance that is zero comes out as zero.
placement_deviations <- function(placed) {
  n_positive <- length(placed$positives)
  n_negative <- length(placed$negatives)
  total <- sum(placed$positives)
  list(
    positives = n_positive * placed$positives - total, negatives = n_negative * placed$negatives - total,
    area = total / (2 * n_positive * n_negative), scale = 2 * n_positive * n_negative * c(n_positive, n_negative)
  )
}

# Variance of an area (or, from differences of placements, of a difference of areas) with subjects as the sample:
# S10/M + S01/N + 2 S11/(MN). Obuchowski 1997. With one lesion a subject it is that of DeLong, DeLong and
# Clarke-Pearson 1988. NaN where a class is one subject's.
obuchowski_variance <- function(placed, positive, subject) obuchowski_covariance(placed, placed, positive, subject)
obuchowski_covariance <- function(a, b, positive, subject) {
  small_sample <- function(n) if (n > 1) n / (n - 1) else NaN
  everyone <- unique(subject)
  sums <- function(placed) {
    own <- placement_deviations(placed)
    by_subject <- function(values, names) {
      as.numeric(tapply(values, factor(match(names, everyone), seq_along(everyone)), sum, default = 0))
    }
    list(
      positives = by_subject(own$positives, subject[positive]) / own$scale[1],
      negatives = by_subject(own$negatives, subject[!positive]) / own$scale[2]
    )
  }
  first <- sums(a)
  second <- sums(b)
  with_positives <- unique(subject[positive])
  with_negatives <- unique(subject[!positive])
  own <- small_sample(length(with_positives)) * sum(first$positives * second$positives) +
    small_sample(length(with_negatives)) * sum(first$negatives * second$negatives)
  if (!any(with_positives %in% with_negatives)) return(own)
  own + small_sample(length(everyone)) *
    (sum(first$positives * second$negatives) + sum(second$positives * first$negatives))
}

# The share of variance that lies between subjects: (MSB - MSW) / (MSB + (n0 - 1) MSW) of the one-way analysis of
# variance. Donner 1986.
subject_icc <- function(values, subject) {
  sizes <- as.numeric(table(subject))
  n <- length(values)
  n_subjects <- length(sizes)
  means <- ave(values, subject)
  between <- if (n_subjects > 1) sum((means - mean(values))^2) / (n_subjects - 1) else NaN
  within <- if (n > n_subjects) sum((values - means)^2) / (n - n_subjects) else NaN
  typical <- if (n_subjects > 1) (n - sum(sizes^2) / n) / (n_subjects - 1) else NaN
  total <- between + (typical - 1) * within
  list(
    value = if (isTRUE(total > 0)) (between - within) / total else NaN, between_mean_square = between,
    within_mean_square = within, typical_size = typical, largest_size = max(sizes), n_lesions = n, n_subjects = n_subjects
  )
}

# A share of lesions, the ratio of two sums over subjects; Wilson's interval for the effective number of lesions.
# Rao and Scott 1992.
clustered_share <- function(success, subject, level) {
  n <- length(success)
  hits <- as.numeric(tapply(success, subject, sum))
  sizes <- as.numeric(table(subject))
  n_subjects <- length(sizes)
  spread <- if (n_subjects > 1) n_subjects / (n_subjects - 1) else NaN
  variance <- spread * sum((n * hits - sum(success) * sizes)^2) / n^4
  value <- sum(success) / n
  alone <- if (n > 1) value * (1 - value) / (n - 1) else NaN
  design_effect <- if (isTRUE(alone > 0)) variance / alone else NaN
  effective <- if (is.nan(variance)) NaN else if (sum(success) %in% c(0, n)) n_subjects else n / max(design_effect, 1)
  list(
    value = value, interval = if (is.nan(effective)) interval(NaN, NaN) else wilson(value * effective, effective, level),
    design_effect = design_effect, icc = subject_icc(as.numeric(success), subject)$value, n_lesions = n,
    n_subjects = n_subjects
  )
}

# A statistic of lesions in resamples of subjects, each with all of its lesions. `statistic` takes how often each
# lesion is held, a column a resample, and gives a list of vectors. `strata` keeps the numbers of subjects with
# positive lesions only, negative only, and both. Rutter 2000.
resample_subjects <- function(statistic, subject, positive, stratified, level, n_resamples) {
  everyone <- unique(subject)
  at <- match(subject, everyone)
  strata <- rep(0, length(everyone))
  if (stratified) strata <- everyone %in% subject[positive] + 2 * (everyone %in% subject[!positive])
  value <- statistic(matrix(1, length(subject), 1))
  if (length(everyone) < 2) return(list(value = value))
  replicates <- in_blocks(n_resamples, 4 * length(subject), function(k) {
    drawn <- matrix(0, length(everyone), k)
    for (stratum in unique(strata)) drawn[strata == stratum, ] <- draw_counts(sum(strata == stratum), k)
    statistic(drawn[at, , drop = FALSE])
  })
  list(
    value = value,
    interval = lapply(replicates, function(drawn) {
      if (sum(is.finite(drawn)) >= round(2 / (1 - level)) - 1) percentile_interval(drawn, level)
    }),
    n_undefined = lapply(replicates, function(drawn) monte_carlo_count(sum(!is.finite(drawn)), n_resamples))
  )
}

# The quantities of one marker when its lesions are taken one way. `its` holds a marker, an outcome, a grade and a
# subject for each lesion.
cluster_estimates <- function(its, direction, cutoff, graded, options, level, n_resamples) {
  n <- length(its$marker)
  both <- any(its$positive) && !all(its$positive)
  basis <- list(n_lesions = n, n_positive = sum(its$positive), n_subjects = length(unique(its$subject)))
  # One quantity: its value and interval by formula where it has one, and its interval from resampled subjects.
  entry <- function(own, boot = NULL, name = "value") {
    if (is.null(own$value)) return(c(list(value = NaN, n_undefined = 0), basis))
    found <- c(own, list(n_undefined = 0), basis[setdiff(names(basis), names(own))])
    if (is.null(boot$interval[[name]])) return(found)
    found$bootstrap <- boot$interval[[name]]
    found$n_undefined <- boot$n_undefined[[name]]
    found
  }
  resampled <- function(boot) entry(if (!is.null(boot$interval$value)) list(value = boot$value$value), boot)
  draw <- function(statistic, own = its, stratified = options$stratified) {
    resample_subjects(statistic, own$subject, own$positive, stratified, level, n_resamples)
  }
  if (!both) {
    found <- list(entry(NULL), entry(NULL), entry(NULL), entry(NULL))
  } else {
    counts <- count_by_value(its$marker, its$positive, direction)
    by_value <- function(drawn, side) {
      table <- matrix(0, length(counts$values), ncol(drawn))
      sums <- rowsum(drawn[side, , drop = FALSE], counts$level[side])
      table[as.integer(rownames(sums)), ] <- sums
      table
    }
    share <- function(drawn, side, right) {
      of <- colSums(drawn[side, , drop = FALSE])
      ifelse(of > 0, colSums(drawn[side & right, , drop = FALSE]) / of, NaN)
    }
    area <- draw(function(drawn) {
      positives <- by_value(drawn, its$positive)
      negatives <- by_value(drawn, !its$positive)
      further <- rep(colSums(negatives), each = nrow(negatives)) - running_sums(negatives)
      pairs <- colSums(positives) * colSums(negatives)
      list(value = ifelse(pairs > 0, colSums(positives * (further + negatives / 2)) / pairs, NaN))
    })
    called <- if (direction == "low") its$marker <= cutoff else its$marker >= cutoff
    shares <- draw(function(drawn) list(
      sensitivity = share(drawn, its$positive, called), specificity = share(drawn, !its$positive, !called)
    ))
    best <- if (length(counts$values) > 1) draw(function(drawn) list(
      value = youden_of_resamples(counts$values, by_value(drawn, its$positive), by_value(drawn, !its$positive))$cutoff
    ))
    found <- list(
      entry(clustered_area(its, direction, options$interval, level), area),
      entry(clustered_share(called[its$positive], its$subject[its$positive], level), shares, "sensitivity"),
      entry(clustered_share(!called[!its$positive], its$subject[!its$positive], level), shares, "specificity"),
      resampled(best)
    )
  }
  if (graded) {
    known <- !is.na(its$order)
    part <- lapply(its[c("marker", "positive", "order", "subject")], function(values) values[known])
    varies <- length(unique(part$marker)) > 1 && length(unique(part$order)) > 1
    rho <- if (sum(known) >= 4 && varies) draw(function(drawn) {
      list(value = spearman_of_resamples(part$marker, part$order, drawn))
    }, part, FALSE)
    rho <- resampled(rho)
    rho$n_lesions <- sum(known)
    rho$n_subjects <- length(unique(part$subject))
    found <- c(found, list(rho))
  }
  middle <- function(drawn, side) {
    own <- order(its$marker[side])
    values <- its$marker[side][own]
    drawn <- drawn[side, , drop = FALSE][own, , drop = FALSE]
    size <- colSums(drawn)
    if (options$difference == "mean") return(ifelse(size > 0, colSums(drawn * values) / size, NaN))
    upto <- running_sums(drawn)
    place <- function(rank) max.col(t(upto > rep(rank, each = nrow(upto))) + 0, ties.method = "first")
    ifelse(size > 0, (values[place(floor((size - 1) / 2))] + values[place(floor(size / 2))]) / 2, NaN)
  }
  difference <- if (both) draw(function(drawn) list(value = middle(drawn, its$positive) - middle(drawn, !its$positive)))
  c(found, list(resampled(difference)))
}

# The area of lesions, its normal interval (or that on the logit scale), and its variance beside DeLong's.
clustered_area <- function(its, direction, method, level) {
  placed <- doubled_placements(its$marker, its$positive, direction)
  value <- placement_deviations(placed)$area
  variance <- obuchowski_variance(placed, its$positive, its$subject)
  alone <- obuchowski_variance(placed, its$positive, seq_along(its$positive))
  half <- qnorm((1 + level) / 2) * sqrt(variance)
  limits <- c(NaN, NaN)
  if (method == "obuchowski") {
    limits <- pmin(pmax(value + c(-1, 1) * half, 0), 1)
  } else if (value > 0 && value < 1 && isTRUE(variance > 0)) {
    limits <- plogis(qlogis(value) + c(-1, 1) * half / (value * (1 - value)))
  }
  list(
    value = value, interval = interval(limits[1], limits[2]),
    design_effect = if (isTRUE(alone > 0)) variance / alone else NaN
  )
}

# The lesion that stands for each subject: the first of the table, or the largest.
one_lesion_each <- function(subject, size = NULL) {
  if (is.null(size)) return(which(!duplicated(subject)))
  order <- order(-size)
  sort(order[!duplicated(subject[order])])
}

# One marker with lesions as independent, clustered by subject, and one a subject.
clusters_of_marker <- function(lesions, column, direction, cutoff, grades, options, resolution, level, n_resamples) {
  marker <- numbers_in(lesions, column, resolution)
  known <- !is.na(lesions$positive)
  kept <- known & is.finite(marker)
  its <- list(
    marker = marker[kept], positive = is_positive(lesions)[kept], order = match(lesions$grade[kept], grades),
    subject = lesions$subject[kept]
  )
  if (is.null(cutoff)) cutoff <- youden(its$marker, its$positive, direction)$cutoff
  size <- if (!is.null(options$size)) numbers_in(lesions, options$size)[kept]
  alone <- its
  alone$subject <- seq_along(its$subject)
  first <- one_lesion_each(its$subject, size)
  estimates <- lapply(list(alone, its, lapply(its, function(values) values[first])), cluster_estimates,
                      direction, cutoff, length(grades) > 0, options, level, n_resamples)
  placed <- doubled_placements(its$marker, its$positive, direction)
  se <- sqrt(obuchowski_variance(placed, its$positive, its$subject))
  area <- placement_deviations(placed)$area
  subjects <- split(its$positive, its$subject)
  list(
    cutoff = cutoff, estimates = do.call(c, estimates), icc = subject_icc(its$marker, its$subject),
    p_value = if (isTRUE(se > 0)) 2 * pnorm(-abs(area - 0.5) / se) else NaN, n_lesions = sum(kept),
    n_subjects = length(subjects), n_both = sum(sapply(subjects, function(own) any(own) && !all(own))),
    n_missing = sum(known & !kept), n_unclassified = sum(!known),
    n_ungraded = if (length(grades) > 0) sum(is.na(its$order)) else 0
  )
}

# Two markers on the same lesions: the normal test of the difference of their areas.
clusters_of_pair <- function(lesions, columns, directions, options, resolution, level) {
  complete <- complete_on(lesions, columns)
  markers <- lapply(columns, function(column) numbers_in(complete, column, resolution))
  positive <- is_positive(complete)
  subject <- complete$subject
  test <- function(at, subject) {
    positive <- positive[at]
    if (!any(positive) || all(positive)) return(NULL)
    placed <- Map(function(marker, direction) doubled_placements(marker[at], positive, direction), markers, directions)
    d <- list(positives = placed[[1]]$positives - placed[[2]]$positives, negatives = placed[[1]]$negatives - placed[[2]]$negatives)
    difference <- placement_deviations(d)$area
    se <- sqrt(obuchowski_variance(d, positive, subject[at]))
    z <- if (isTRUE(se > 0)) difference / se else NaN
    half <- qnorm((1 + level) / 2) * se
    list(
      first = placement_deviations(placed[[1]])$area, second = placement_deviations(placed[[2]])$area,
      difference = difference, standard_error = se, z = z, p_value = 2 * pnorm(-abs(z)),
      interval = interval(max(-1, difference - half), min(1, difference + half)),
      independent_standard_error = sqrt(obuchowski_variance(d, positive, seq_along(positive))),
      n_positive = sum(positive), n_negative = sum(!positive), n_subjects = length(unique(subject[at]))
    )
  }
  everyone <- seq_along(positive)
  size <- if (!is.null(options$size)) numbers_in(complete, options$size)
  list(tests = list(
    independent = test(everyone, everyone), clustered = test(everyone, subject),
    "one-lesion" = test(one_lesion_each(subject, size), everyone)
  ))
}
