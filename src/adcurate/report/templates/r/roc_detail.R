# ---- A ROC curve in detail ----

fixed_cases <- function(cases, column, resolution) {
  complete <- complete_on(cases, column)
  list(marker = numbers_in(complete, column, resolution), positive = is_positive(complete), n_missing = nrow(cases) - nrow(complete))
}

# Counts at each value in resamples within the classes.
resampled_counts <- function(marker, positive, direction, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  list(
    positives = draw_counts(sum(positive), n_resamples, counts$positives),
    negatives = draw_counts(sum(!positive), n_resamples, counts$negatives)
  )
}
with_zero <- function(counts) rbind(0, running_sums(counts))

# Read curves (one a column) where given shares of one class are lost: the share of the other gained by then, by
# interpolation; at a step its upper end.
read_curves <- function(lost, gained, shares) {
  losses <- with_zero(lost)
  gains <- with_zero(gained)
  n_lost <- losses[nrow(losses), 1]
  columns <- seq_len(ncol(losses))
  found <- sapply(shares, function(share) {
    target <- share * n_lost
    if (abs(target - round(target)) < 1e-9) target <- round(target)   # 1 - 0.9 is not 0.1
    at <- colSums(losses <= floor(target))
    after <- pmin(at + 1, nrow(losses))
    loss <- losses[cbind(at, columns)]
    gain <- gains[cbind(at, columns)]
    step <- losses[cbind(after, columns)] - loss
    share_of_step <- ifelse(step > 0, (target - loss) / step, 0)
    (gain + share_of_step * (gains[cbind(after, columns)] - gain)) / gains[nrow(gains), ]
  })
  matrix(found, ncol(losses))
}
read_fixed <- function(positives, negatives, fixed, at) {
  if (fixed == "specificity") return(read_curves(negatives, positives, 1 - at))
  backwards <- rev(seq_len(nrow(positives)))
  read_curves(positives[backwards, , drop = FALSE], negatives[backwards, , drop = FALSE], 1 - at)
}

as_band <- function(limits, what) lapply(limits, function(one) one[[what]])

# Pointwise limits of sensitivity at 101 specificities.
pointwise_band <- function(marker, positive, direction, level, n_resamples) {
  grid <- c((0:99) * 0.01, 1)
  points <- roc_curve(marker, positive, direction)
  read <- function(false_positives, true_positives) {
    x <- (false_positives - sum(!positive)) / sum(!positive)
    y <- true_positives / sum(positive)
    at <- findInterval(-grid, x)
    after <- pmin(at + 1, length(x))
    slope <- ifelse(x[after] > x[at], (y[after] - y[at]) / (x[after] - x[at]), 0)
    y[at] + slope * (-grid - x[at])
  }
  drawn <- resampled_counts(marker, positive, direction, n_resamples)
  true_positives <- with_zero(drawn$positives)
  false_positives <- with_zero(drawn$negatives)
  replicates <- sapply(seq_len(n_resamples), function(i) read(false_positives[, i], true_positives[, i]))
  limits <- lapply(seq_along(grid), function(i) percentile_interval(replicates[i, ], level))
  list(
    specificity = as.list(grid), sensitivity = as.list(read(unlist(points$false_positives), unlist(points$true_positives))),
    low = as_band(limits, "low"), high = as_band(limits, "high")
  )
}

# The envelope of rectangles of half-sides d (sensitivity) and e (specificity) around every point of the curve.
rectangles <- function(counts, grid, d, e) {
  found <- c(0, cumsum(counts$positives)) / sum(counts$positives)
  missed <- c(0, cumsum(counts$negatives)) / sum(counts$negatives)
  x <- 1 - grid
  last_within <- findInterval(x + e + 1e-12, missed)
  first_within <- findInterval(x - e - 1e-12, missed, left.open = TRUE) + 1
  list(high = pmin(1, found[last_within] + d), low = pmax(0, found[pmin(first_within, length(found))] - d))
}

simultaneous_band <- function(marker, positive, direction, method, level, n_resamples) {
  grid <- c((0:99) * 0.01, 1)
  counts <- count_by_value(marker, positive, direction)
  n <- c(sum(positive), sum(!positive))
  found <- list(
    specificity = as.list(grid), n_positive = n[1], n_negative = n[2],
    sensitivity = as.list(as.numeric(read_curves(matrix(counts$negatives), matrix(counts$positives), 1 - grid)))
  )
  if (method == "kolmogorov-smirnov") {
    half <- sapply(n, kolmogorov_quantile, share = sqrt(level))
    band <- rectangles(counts, grid, half[1], half[2])
    return(c(found, all_iterative(list(half_sensitivity = half[1], half_specificity = half[2], low = as.list(band$low), high = as.list(band$high)))))
  }
  # As large as it takes for the share `level` of resamples to lie inside.
  drawn <- resampled_counts(marker, positive, direction, n_resamples)
  replicates <- read_curves(drawn$negatives, drawn$positives, 1 - grid)
  unit <- 1 / sqrt(n)
  share_inside <- function(width) {
    band <- rectangles(counts, grid, width * unit[1], width * unit[2])
    outside <- sweep(replicates, 2, band$low - 1e-12, "<") | sweep(replicates, 2, band$high + 1e-12, ">")
    mean(rowSums(outside) == 0)
  }
  width_for <- function(level) {
    narrow <- max(sqrt(n) * (1 - (1 - level)^(1 / n)))
    wide <- sqrt(max(n))
    if (share_inside(narrow) >= level) return(narrow)
    for (i in 1:16) {
      middle <- (narrow + wide) / 2
      if (share_inside(middle) >= level) wide <- middle else narrow <- middle
    }
    wide
  }
  widths <- sapply(c(level, reach_of_share(level, n_resamples)), width_for)
  bands <- lapply(widths, function(width) rectangles(counts, grid, width * unit[1], width * unit[2]))
  moved <- function(values) monte_carlo(values[1], max(abs(values - values[1])))
  side <- function(what) lapply(seq_along(grid), function(i) moved(sapply(bands, function(band) band[[what]][i])))
  c(found, list(
    half_sensitivity = moved(widths * unit[1]), half_specificity = moved(widths * unit[2]), low = side("low"), high = side("high")
  ))
}

# The distance that an empirical distribution function keeps with a given probability: the quantile of the
# two-sided Kolmogorov-Smirnov distance of a finite sample. Marsaglia, Tsang and Wang 2003.
kolmogorov_quantile <- function(n, share) {
  chance <- function(d) {
    k <- floor(n * d) + 1
    h <- k - n * d
    m <- 2 * k - 1
    H <- outer(seq_len(m), seq_len(m), function(i, j) ifelse(i - j + 1 < 0, 0, 1))
    H[, 1] <- H[, 1] - h^seq_len(m)
    H[m, ] <- H[m, ] - h^rev(seq_len(m))
    H[m, 1] <- H[m, 1] + if (2 * h - 1 > 0) (2 * h - 1)^m else 0
    H <- H / outer(seq_len(m), seq_len(m), function(i, j) ifelse(i - j + 1 > 0, factorial(pmax(i - j + 1, 0)), 1))
    Q <- diag(m)
    for (i in seq_len(n)) Q <- (Q %*% H) * (i / n)
    Q[k, k]
  }
  if (n == 1) return((1 + share) / 2)
  uniroot(function(d) chance(d) - share, c(0.5 / n + 1e-9, 1), tol = 1e-13)$root
}

# Partial area over a range of specificity (or sensitivity), by trapezoids; McClish's correction is 0.5 for the
# diagonal and 1 for a perfect marker.
partial_area <- function(marker, positive, direction, focus, low, high, level, n_resamples) {
  areas <- function(positives, negatives) {
    share <- function(counts) { sums <- with_zero(counts); sweep(sums, 2, sums[nrow(sums), ], "/") }
    if (focus == "specificity") {
      x <- share(negatives)
      y <- share(positives)
      range <- c(1 - high, 1 - low)
    } else {
      x <- share(positives)
      y <- 1 - share(negatives)
      range <- c(low, high)
    }
    last <- nrow(x)
    left <- x[-last, , drop = FALSE]
    right <- x[-1, , drop = FALSE]
    slope <- ifelse(right > left, (y[-1, , drop = FALSE] - y[-last, , drop = FALSE]) / (right - left), 0)
    clip <- function(v) pmin(pmax(v, range[1]), range[2])
    middle <- y[-last, , drop = FALSE] + slope * ((clip(left) + clip(right)) / 2 - left)
    colSums((clip(right) - clip(left)) * middle)
  }
  counts <- count_by_value(marker, positive, direction)
  value <- areas(matrix(counts$positives), matrix(counts$negatives))
  largest <- high - low
  of_chance <- largest * (1 - low + 1 - high) / 2
  corrected <- function(area) {
    width <- attr(area, "half_width")
    found <- (1 + (as.numeric(area) - of_chance) / (largest - of_chance)) / 2
    if (is.null(width)) found else monte_carlo(found, width / (largest - of_chance) / 2)
  }
  drawn <- resampled_counts(marker, positive, direction, n_resamples)
  limits <- percentile_interval(areas(drawn$positives, drawn$negatives), level)
  list(
    value = value, interval = limits, corrected = corrected(value), corrected_interval = lapply(limits, corrected),
    low = low, high = high, of_chance = of_chance, largest = largest, n_positive = sum(positive), n_negative = sum(!positive)
  )
}

# Sensitivity at fixed specificities, or the reverse, with an interval by name:
#   percentile-bootstrap  as pROC's ci.se and ci.sp
#   exact-joint           Hilgers 1991: three quarters of the error for the cut-off, the rest for the share
#   bt2-bootstrap         Zhou and Qin 2005, BTII
#   clopper-pearson       as if the cut-off were known beforehand
operating_points <- function(marker, positive, direction, fixed, at, method, level, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  n <- if (fixed == "specificity") sum(positive) else sum(!positive)
  values <- as.numeric(read_fixed(matrix(counts$positives), matrix(counts$negatives), fixed, at))
  if (method %in% c("percentile-bootstrap", "bt2-bootstrap")) {
    drawn <- resampled_counts(marker, positive, direction, n_resamples)
    replicates <- read_fixed(drawn$positives, drawn$negatives, fixed, at)
  }
  limits <- lapply(seq_along(at), function(i) switch(method,
    "percentile-bootstrap" = percentile_interval(replicates[, i], level),
    "clopper-pearson" = clopper_pearson(min(values[i] * n, n), n, level),
    "bt2-bootstrap" = bt2(replicates[, i], values[i], n, level),
    "exact-joint" = if (fixed == "specificity") {
      exact_joint(counts$negatives, counts$positives, 1 - at[i], level)
    } else {
      exact_joint(rev(counts$positives), rev(counts$negatives), 1 - at[i], level)
    }
  ))
  points <- lapply(seq_along(at), function(i) list(at = at[i], value = values[i], interval = limits[[i]], n = n))
  list(points = points, n_positive = sum(positive), n_negative = sum(!positive))
}

exact_joint <- function(lost, gained, share, level) {
  losses <- c(0, cumsum(lost))
  gains <- c(0, cumsum(gained))
  n_lost <- sum(lost)
  n_gained <- sum(gained)
  chance <- pbinom(0:n_lost, n_lost, share)
  tail <- 0.75 * (1 - level) / 2
  inner <- 1 - 0.25 * (1 - level)
  fewest <- sum(chance <= tail)
  most <- sum(chance < 1 - tail)
  least <- gains[sum(losses < fewest) + 1]
  greatest <- gains[sum(losses <= most)]
  interval(clopper_pearson(least, n_gained, inner)$low, clopper_pearson(greatest, n_gained, inner)$high)
}

bt2 <- function(replicates, value, n, level) {
  z <- qnorm((1 + level) / 2)
  adjusted <- (n * replicates + z^2 / 2) / (n + z^2)
  if (z * sd(adjusted) < 1e-12) return(clopper_pearson(min(value * n, n), n, level))
  spread <- sd_of_replicates(adjusted)
  width <- z * attr(spread, "half_width") + 4 * sqrt(2) * as.numeric(spread) / sqrt(length(adjusted))
  half <- z * as.numeric(spread)
  interval(monte_carlo(max(0, mean(adjusted) - half), width), monte_carlo(min(1, mean(adjusted) + half), width))
}

# A cut-off by a rule: youden, closest-corner, fixed-sensitivity, fixed-specificity. Criteria are rounded to twelve
# digits, so that equal ones tie. Nobody is called positive where that is better than any value.
cutoff_by_rule <- function(marker, positive, direction, by, target, weight, ties, resampling, level, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  nobody_value <- if (direction == "low") -Inf else Inf
  criteria_of <- function(positives, negatives) {
    found <- running_sums(positives)
    missed <- running_sums(negatives)
    last <- nrow(found)
    n_positive <- pmax(found[last, ], 1)
    n_negative <- pmax(missed[last, ], 1)
    sensitivity <- sweep(found, 2, n_positive, "/")
    false_alarms <- sweep(missed, 2, n_negative, "/")
    present <- positives + negatives > 0
    if (by == "fixed-sensitivity") {
      present <- present & sweep(found, 2, ceiling(target * n_positive - 1e-9), ">=")
      criteria <- 1 - false_alarms
    } else if (by == "fixed-specificity") {
      present <- present & sweep(-missed, 2, ceiling(target * n_negative - 1e-9) - n_negative, ">=")
      criteria <- sensitivity
    } else if (by == "youden") {
      criteria <- (sensitivity - weight * false_alarms) / (1 + weight)
    } else {
      criteria <- -((1 - sensitivity)^2 + weight * false_alarms^2) / (1 + weight)
    }
    criteria <- round(criteria, 12)
    criteria[!present] <- -Inf
    criteria
  }
  nobody <- switch(by, "fixed-sensitivity" = -Inf, "fixed-specificity" = 1e-12, youden = 0, round(-1 / (1 + weight), 12))
  place_of <- function(criteria) {
    best <- max.col(t(criteria), ties.method = if (ties == "most-specific") "first" else "last")
    ifelse(criteria[cbind(best, seq_along(best))] >= nobody, best, 0)
  }
  judged <- function(positives, negatives, places) {
    at <- cbind(places + 1, seq_along(places))
    list(
      sensitivity = with_zero(positives)[at] / pmax(colSums(positives), 1),
      specificity = 1 - with_zero(negatives)[at] / pmax(colSums(negatives), 1)
    )
  }
  own <- list(matrix(counts$positives), matrix(counts$negatives))
  criteria <- criteria_of(own[[1]], own[[2]])
  place <- place_of(criteria)
  shares <- judged(own[[1]], own[[2]], place)
  n_values <- length(counts$values)
  if (resampling == "within-classes") {
    drawn <- resampled_counts(marker, positive, direction, n_resamples)
  } else {
    both <- draw_counts(length(marker), n_resamples, c(counts$positives, counts$negatives))
    drawn <- list(positives = both[seq_len(n_values), , drop = FALSE], negatives = both[-seq_len(n_values), , drop = FALSE])
  }
  kept <- colSums(drawn$positives) > 0 & colSums(drawn$negatives) > 0
  drawn <- lapply(drawn, function(counts) counts[, kept, drop = FALSE])
  places <- place_of(criteria_of(drawn$positives, drawn$negatives))
  replicates <- judged(drawn$positives, drawn$negatives, places)
  one_class <- if (resampling == "within-classes") 0 else mean(positive)^length(marker) + mean(!positive)^length(marker)
  list(
    cutoff = c(nobody_value, counts$values)[place + 1],
    midpoint = if (place == n_values) -nobody_value else if (place == 0) nobody_value else mean(counts$values[place + 0:1]),
    criterion = switch(by,
      youden = shares$sensitivity + weight * shares$specificity - 1,
      "closest-corner" = (1 - shares$sensitivity)^2 + weight * (1 - shares$specificity)^2,
      "fixed-sensitivity" = shares$specificity, shares$sensitivity
    ),
    sensitivity = shares$sensitivity, specificity = shares$specificity,
    cutoff_interval = interval_with_infinite(c(nobody_value, counts$values)[places + 1], level),
    sensitivity_interval = percentile_interval(replicates$sensitivity, level),
    specificity_interval = percentile_interval(replicates$specificity, level),
    tied_cutoffs = if (place > 0) as.list(counts$values[criteria == criteria[place]]),
    target = target, weight = weight, n_positive = sum(positive), n_negative = sum(!positive),
    n_dropped = monte_carlo_count(sum(!kept), n_resamples, one_class)
  )
}

# A percentile interval of replicates of which some are infinite, all on one side.
interval_with_infinite <- function(replicates, level) {
  infinite <- is.infinite(replicates)
  if (!any(infinite)) return(percentile_interval(replicates, level))
  beyond <- replicates[infinite][1]
  if (all(infinite)) return(interval(beyond, beyond))
  finite <- replicates[!infinite]
  inner <- percentile_interval(ifelse(infinite, if (beyond < 0) min(finite) else max(finite), replicates), level)
  reached <- sum(infinite) >= floor((length(replicates) + 1) * (1 - level) / 2)
  interval(if (reached && beyond < 0) beyond else inner$low, if (reached && beyond > 0) beyond else inner$high)
}
