# ---- Areas compared ----

# One area with all that is kept of it.
area_estimate <- function(marker, positive, direction, method, level, n_resamples) {
  area <- roc_area(marker, positive, direction)
  names(area)[1] <- "value"
  area$interval <- auc_interval(marker, positive, direction, method, level, n_resamples)
  area
}

# A curve with the counts behind it.
roc_curve <- function(marker, positive, direction) {
  points <- roc_points(marker, positive, direction)
  counts <- count_by_value(marker, positive, direction)
  list(
    cutoffs = as.list(points$cutoff), sensitivity = as.list(points$sensitivity),
    specificity = as.list(points$specificity), true_positives = as.list(c(0, cumsum(counts$positives))),
    false_positives = as.list(c(0, cumsum(counts$negatives))), n_positive = sum(positive), n_negative = sum(!positive)
  )
}

# DeLong's covariance of two areas on the same cases, from placements times twice the size of the other class:
# whole numbers, so that no variance is exactly 0.
mean_covariance <- function(first, second, scale) {
  n <- length(first)
  (n * sum(first * second) - sum(first) * sum(second)) / (n^2 * (n - 1) * scale^2)
}
doubled_placements <- function(marker, positive, direction) {
  place <- placements(marker, positive, direction)
  list(positives = round(2 * sum(!positive) * place$positives), negatives = round(2 * sum(positive) * place$negatives))
}
area_covariance <- function(a, b) {
  mean_covariance(a$positives, b$positives, 2 * length(a$negatives)) +
    mean_covariance(a$negatives, b$negatives, 2 * length(a$positives))
}
difference_variance <- function(a, b) {
  d <- list(positives = a$positives - b$positives, negatives = a$negatives - b$negatives)
  area_covariance(d, d)
}

# A standard deviation of replicates, and how far that of another bootstrap may lie from it: four standard errors
# (from the fourth moment, which vanish where replicates take two values equally often: the last term).
sd_of_replicates <- function(replicates) {
  spread <- sd(replicates)
  fourth <- mean((replicates - mean(replicates))^4) / spread^4
  n <- length(replicates)
  monte_carlo(spread, 4 * sqrt(2) * spread * sqrt(max(fourth - 1, 0) / (4 * n)) + 16 * spread / n)
}

# A two-sided test; `df` is NULL for the normal distribution. Without variance there is none.
test_of_difference <- function(difference, se, df = NULL) {
  width <- attr(se, "half_width")
  se <- as.numeric(se)
  if (is.na(se)) return(list(statistic = NaN, p_value = NaN))
  if (se == 0) return(if (difference == 0) list(statistic = 0, p_value = 1) else list(statistic = NaN, p_value = NaN))
  p_of <- function(z) 2 * (if (is.null(df)) pnorm(-abs(z)) else pt(-abs(z), df))
  z <- difference / se
  if (is.null(width)) return(list(statistic = z, p_value = p_of(z)))
  around <- difference / c(se + width, max(se - width, se / 10))
  list(statistic = monte_carlo(z, max(abs(around - z))), p_value = monte_carlo(p_of(z), max(abs(p_of(around) - p_of(z)))))
}

# Holm's adjusted p-values, with the uncertainty of bootstrapped ones times the number of pairs.
holm <- function(p_values) {
  widths <- sapply(p_values, function(p) { w <- attr(p, "half_width"); if (is.null(w)) 0 else w })
  adjusted <- p.adjust(sapply(p_values, as.numeric), "holm")
  lapply(seq_along(adjusted), function(i) {
    if (max(widths) > 0) monte_carlo(adjusted[i], length(widths) * max(widths)) else adjusted[i]
  })
}

compare_areas <- function(areas, placed, covariance, paired, reference, replicates, level) {
  k <- length(areas)
  value <- sapply(areas, function(area) area$value)
  pairs <- list()
  for (i in seq_len(k - 1)) for (j in (i + 1):k) {
    difference <- value[[i]] - value[[j]]
    if (abs(difference) < 1e-14) difference <- 0
    df <- NULL
    if (!is.null(replicates)) {
      drawn <- replicates[[i]] - replicates[[j]]
      se <- sd_of_replicates(drawn)
      limits <- percentile_interval(drawn, level)
    } else {
      variance <- if (paired) difference_variance(placed[[i]], placed[[j]]) else covariance[i, i] + covariance[j, j]
      se <- sqrt(variance)
      if (identical(reference, "t") && is.finite(se) && se > 0) {
        sizes <- sapply(placed[c(i, j)], function(p) length(p$positives) + length(p$negatives))
        df <- variance^2 / (covariance[i, i]^2 / (sizes[1] - 1) + covariance[j, j]^2 / (sizes[2] - 1))
      }
      half <- (if (is.null(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)) * se
      limits <- interval(difference - half, difference + half)
    }
    spread <- sqrt(covariance[i, i] * covariance[j, j])
    pair <- c(
      list(difference = difference, standard_error = se, interval = limits),
      test_of_difference(difference, se, df),
      list(correlation = if (is.finite(spread) && spread > 0) covariance[i, j] / spread else NaN)
    )
    if (!is.null(df)) pair$df <- df
    pairs[[length(pairs) + 1]] <- pair
  }
  adjusted <- holm(lapply(pairs, function(pair) pair$p_value))
  for (i in seq_along(pairs)) pairs[[i]]$p_adjusted <- adjusted[[i]]
  found <- list(
    areas = areas, pairs = pairs,
    covariance = lapply(seq_len(k), function(i) as.list(unname(covariance[i, ])))
  )
  if (k > 2) found$overall <- all_areas_equal(unlist(value), covariance)
  found
}

# Chi-squared test of the contrasts of each area with the first, on as many as are independent.
all_areas_equal <- function(value, covariance) {
  k <- length(value)
  contrasts <- cbind(-1, diag(k - 1))
  spread <- contrasts %*% covariance %*% t(contrasts)
  if (any(!is.finite(spread))) return(list(statistic = NaN, df = k - 1, p_value = NaN))
  axes <- eigen(spread, symmetric = TRUE)
  kept <- axes$values > 1e-10 * sum(diag(covariance))
  along <- as.numeric(t(axes$vectors) %*% (contrasts %*% value))
  df <- sum(kept)
  if (any(abs(along[!kept]) > 1e-12)) return(list(statistic = NaN, df = df, p_value = NaN))
  statistic <- sum(along[kept]^2 / axes$values[kept])
  list(statistic = statistic, df = df, p_value = if (df > 0) pchisq(statistic, df, lower.tail = FALSE) else 1)
}

# The cases that have the outcome and all of these markers.
complete_on <- function(cases, columns) {
  known <- !is.na(cases$positive)
  for (column in columns) known <- known & is.finite(numbers_in(cases, column))
  cases[known, , drop = FALSE]
}

# Are the areas of several markers of the same cases equal?
compare_markers <- function(cases, columns, directions, resolution, method, level, n_resamples) {
  complete <- complete_on(cases, columns)
  positive <- is_positive(complete)
  markers <- lapply(columns, function(column) numbers_in(complete, column, resolution))
  areas <- Map(function(marker, direction) area_estimate(marker, positive, direction, "delong", level), markers, directions)
  placed <- Map(function(marker, direction) doubled_placements(marker, positive, direction), markers, directions)
  k <- length(placed)
  covariance <- matrix(0, k, k)
  for (i in seq_len(k)) for (j in seq_len(k)) covariance[i, j] <- area_covariance(placed[[i]], placed[[j]])
  replicates <- NULL
  if (method == "bootstrap") {
    right <- Map(function(marker, direction) {
      suspicion <- if (direction == "low") -marker else marker
      difference <- outer(suspicion[positive], suspicion[!positive], "-")
      (difference > 0) + (difference == 0) / 2
    }, markers, directions)
    n_pairs <- sum(positive) * sum(!positive)
    drawn_positives <- draw_counts(sum(positive), n_resamples)
    drawn_negatives <- draw_counts(sum(!positive), n_resamples)
    replicates <- lapply(right, function(one) colSums(drawn_positives * (one %*% drawn_negatives)) / n_pairs)
  }
  names(areas) <- names(columns)
  list(
    comparison = compare_areas(areas, placed, covariance, TRUE, NULL, replicates, level),
    curves = Map(function(marker, direction) roc_curve(marker, positive, direction), markers, directions),
    n_missing = nrow(cases) - nrow(complete), n_left_out = 0
  )
}

# Is the area of one marker the same in groups that share no case?
compare_groups <- function(cases, column, direction, group, groups, resolution, method, reference, level, n_resamples) {
  complete <- complete_on(cases[!is.na(cases[[group]]), , drop = FALSE], column)
  marker <- numbers_in(complete, column, resolution)
  positive <- is_positive(complete)
  of <- complete[[group]]
  own <- lapply(groups, function(name) list(marker = marker[of == name], positive = positive[of == name]))
  names(own) <- groups
  areas <- lapply(own, function(one) area_estimate(one$marker, one$positive, direction, "delong", level))
  placed <- unname(lapply(own, function(one) doubled_placements(one$marker, one$positive, direction)))
  covariance <- diag(sapply(placed, function(one) area_covariance(one, one)))
  replicates <- NULL
  if (method == "bootstrap") {
    replicates <- unname(lapply(own, function(one) auc_replicates(one$marker, one$positive, direction, n_resamples)))
  }
  used <- sum(of %in% groups)
  list(
    comparison = compare_areas(areas, placed, covariance, FALSE, if (method == "bootstrap") NULL else reference, replicates, level),
    curves = lapply(own, function(one) roc_curve(one$marker, one$positive, direction)),
    n_missing = nrow(cases) - nrow(complete), n_left_out = nrow(complete) - used
  )
}
