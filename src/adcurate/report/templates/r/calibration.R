# ---- Predicted risks beside what was observed ----

risks_of_column <- function(cases, column) {
  risks <- numbers_in(cases, column)
  known <- is.finite(risks) & !is.na(cases$positive)
  list(risks = risks[known], positive = is_positive(cases)[known], n_missing = sum(!known))
}

# A logistic model of counted cases, on columns of mean 0 and unit spread; NULL where it has no estimate.
counted_logistic <- function(x, y, firth, counts) {
  drawn <- counts > 0
  if (all(y[drawn]) || !any(y[drawn])) return(NULL)
  fit <- tryCatch(
    logistic_maximum(x[drawn, , drop = FALSE], y[drawn], firth, counts = counts[drawn]), error = function(e) NULL
  )
  # Separated classes let the estimate run away until every predicted risk is 0 or 1.
  if (is.null(fit) || max(abs(fit$beta)) > 1e4 || (!firth && fit$likelihood > -1e-6)) return(NULL)
  fit$beta
}

# Each case's risk by the logistic model of the other cases, in the order of the values.
risks_left_out <- function(cases, columns, resolution, firth) {
  complete <- complete_on(cases, columns)
  x <- sapply(columns, function(column) numbers_in(complete, column, resolution))
  x <- matrix(x, nrow(complete))
  positive <- is_positive(complete)
  order <- do.call(order, c(lapply(seq_len(ncol(x)), function(j) x[, j]), list(positive)))
  x <- x[order, , drop = FALSE]
  positive <- positive[order]
  standard <- cbind(1, scale(x))
  risks <- sapply(seq_along(positive), function(i) {
    plogis(sum(standard[i, ] * counted_logistic(standard, positive, firth, as.numeric(seq_along(positive) != i))))
  })
  # Models without one of two equal cases are the same model, but for the last digits of the arithmetic.
  list(x = standard, risks = signif(risks, 12), positive = positive, n_missing = nrow(cases) - nrow(complete))
}

# AUC, Brier score, and the line logit(share) = intercept + slope * model, of counted cases.
model_performance <- function(x, y, beta, counts) {
  line <- as.numeric(x %*% beta)
  sign <- sign(outer(line[y], line[!y], "-"))
  auc <- sum(counts[y] * ((0.5 + 0.5 * sign) %*% counts[!y])) / (sum(counts[y]) * sum(counts[!y]))
  brier <- sum(counts * (plogis(line) - y)^2) / sum(counts)
  found <- c(NA, NA)
  spread <- sqrt(mean((line - mean(line))^2))
  if (spread > 0) {
    centred <- cbind(1, (line - mean(line)) / spread)
    fit <- counted_logistic(centred, y, FALSE, counts)
    if (!is.null(fit)) found <- c(fit[1] - fit[2] * mean(line) / spread, fit[2] / spread)
  }
  c(auc = auc, brier = brier, intercept = found[1], slope = found[2])
}

# How much better the model looks on its own cases: refitted in every resample, judged there and on the sample.
model_optimism <- function(x, y, firth, n_resamples) {
  n <- length(y)
  everyone <- rep(1, n)
  apparent <- model_performance(x, y, counted_logistic(x, y, firth, everyone), everyone)
  drawn <- draw_counts(n, n_resamples)
  gains <- sapply(seq_len(n_resamples), function(i) {
    beta <- counted_logistic(x, y, firth, drawn[, i])
    if (is.null(beta)) return(rep(NaN, 4))
    model_performance(x, y, beta, drawn[, i]) - model_performance(x, y, beta, everyone)
  })
  undefined <- sum(is.nan(gains[1, ]))
  corrections <- lapply(seq_len(4), function(i) {
    used <- gains[i, is.finite(gains[i, ])]
    value <- if (names(apparent)[i] %in% c("auc", "brier")) apparent[[i]] else iterative(apparent[[i]])
    optimism <- mean_of_replicates(used)
    missing <- n_resamples - length(used)
    list(
      apparent = value, corrected = moved_by(optimism, function(o) as.numeric(value) - o), optimism = optimism,
      n_used = monte_carlo(length(used), attr(monte_carlo_count(missing, n_resamples), "half_width")),
      n_undefined = monte_carlo_count(missing, n_resamples)
    )
  })
  list(
    corrections = corrections, n_positive = sum(y), n_negative = sum(!y),
    n_undefined = monte_carlo_count(undefined, n_resamples)
  )
}

# Groups of equal size by risk: cut at quantiles (type 7); a risk on a cut belongs to the lower group.
risk_groups <- function(p, n_groups) {
  ordered <- sort(p)
  edges <- sapply(seq_len(n_groups - 1) / n_groups, function(share) {
    position <- (length(p) - 1) * share
    below <- ordered[floor(position) + 1]
    above <- ordered[min(floor(position) + 2, length(p))]
    t <- position - floor(position)
    if (t >= 0.5) above - (above - below) * (1 - t) else below + (above - below) * t
  })
  edges <- unique(edges[edges > min(p)])
  group <- rowSums(outer(p, edges, ">"))
  match(group, sort(unique(group)))
}

calibration <- function(p, y, n_groups, level, ties_are_split = FALSE) {
  n <- length(p)
  if (is.null(n_groups)) n_groups <- min(10, max(2, n %/% 10))
  line <- qlogis(p)
  number <- function(value, se) {
    half <- qnorm((1 + level) / 2) * se
    list(value = value, standard_error = se, interval = interval(value - half, value + half))
  }
  large <- logistic_maximum(matrix(1, n, 1), y, FALSE, offset = line)
  spread <- sqrt(mean((line - mean(line))^2))
  intercept <- slope <- number(NaN, NaN)
  both <- NULL
  if (spread > 1e-12 * max(1, abs(mean(line)))) {
    design <- cbind(1, (line - mean(line)) / spread)
    if (!is.null(counted_logistic(design, y, FALSE, rep(1, n)))) both <- logistic_maximum(design, y, FALSE)
  }
  if (!is.null(both)) {
    back <- rbind(c(1, -mean(line) / spread), c(0, 1 / spread))
    value <- as.numeric(back %*% both$beta)
    se <- sqrt(diag(back %*% solve(both$information) %*% t(back)))
    intercept <- number(value[1], se[1])
    slope <- number(value[2], se[2])
  }
  group <- risk_groups(p, n_groups)
  sizes <- as.numeric(table(group))
  seen <- as.numeric(tapply(y, group, sum))
  said <- as.numeric(tapply(p, group, sum))
  groups <- lapply(seq_along(sizes), function(g) list(
    low = min(p[group == g]), high = max(p[group == g]), mean_risk = said[g] / sizes[g],
    observed = proportion(seen[g], sizes[g], "wilson", level)
  ))
  brier <- mean((p - y)^2)
  share <- mean(y)
  reliability <- sum(sizes / n * (said / sizes - seen / sizes)^2)
  resolved <- sum(sizes / n * (seen / sizes - share)^2)
  uncertainty <- share * (1 - share)
  expected <- sum((1 - 2 * p)^2 * p * (1 - p))
  z <- sum((y - p) * (1 - 2 * p)) / sqrt(expected)
  anchors <- sort(unique(p))
  anchors <- anchors[unique(round(seq(0, length(anchors) - 1, length.out = 400))) + 1]
  fit <- lowess(p, as.numeric(y), f = 2 / 3, iter = 0, delta = 0)
  smooth <- pmin(pmax(fit$y[match(anchors, fit$x)], 0), 1)
  distance <- abs((if (length(anchors) > 1) approx(anchors, smooth, p, rule = 2)$y else smooth) - p)
  found <- list(
    in_the_large = number(large$beta, 1 / sqrt(large$information[1, 1])), intercept = intercept, slope = slope,
    brier = list(
      value = brier, scaled = 1 - brier / uncertainty, reliability = reliability, resolution = resolved,
      uncertainty = uncertainty, within_groups = brier - (reliability - resolved + uncertainty)
    ),
    groups = groups, spiegelhalter_z = z, spiegelhalter_p = 2 * pnorm(-abs(z)), mean_error = mean(distance), greatest_error = max(distance), risks = as.list(p),
    n_positive = sum(y), n_negative = sum(!y)
  )
  if (ties_are_split) {
    found$groups <- NULL
    found$brier[c("reliability", "resolution", "within_groups")] <- NULL
    return(found)
  }
  found <- c(found, list(curve_risk = as.list(anchors), curve_observed = as.list(smooth)))
  if (length(sizes) > 2) {
    chi_squared <- sum((seen - said)^2 / said + (seen - said)^2 / (sizes - said))
    found$hosmer_lemeshow <- list(
      chi_squared = chi_squared, df = length(sizes) - 2, n_groups = length(sizes),
      p_value = pchisq(chi_squared, length(sizes) - 2, lower.tail = FALSE)
    )
  }
  found
}
