# ---- What all studies together say ----

# Rows of a table of studies as numbers. A published study whose numbers are this study's own is left out
# (`same` decides), so that the same lesions do not count twice; this study's rows come last.
studies_with <- function(rows, own, same) {
  key <- paste(rows$study, rows$year, sep = "\r")
  kept <- unlist(lapply(unique(key), function(one) {
    members <- which(key == one)
    if (nrow(own) > 0 && same(rows[members, ], own)) integer() else members
  }))
  rbind(rows[kept, ], own)
}
nearly <- function(printed, exact) !is.na(printed) & !is.na(exact) & abs(printed - exact) <= 0.01 * abs(exact)
as_numbers <- function(rows, columns) {
  rows[columns] <- lapply(rows[columns], as.numeric)
  rows
}

# This study's grades as a further study of means: values in the unit of the studies.
own_means <- function(cases, column, factor, grades, resolution) {
  values <- to_resolution(as.numeric(cases[[column]]) * factor, if (!is.null(resolution)) resolution * factor)
  if (length(grades) == 0) grades <- sort(unique(cases$grade[!is.na(cases$grade)]), method = "radix")
  rows <- lapply(grades, function(grade) {
    own <- values[!is.na(cases$grade) & cases$grade == grade & is.finite(values)]
    if (length(own) < 2) return(NULL)
    data.frame(
      study = NA, year = NA, group = grade, n = length(own), statistic = "mean-sd", centre = mean(own),
      spread = sd(own), low = NA, high = NA, certain = "yes", own = TRUE
    )
  })
  do.call(rbind, rows)
}

# A mean and a standard deviation from what was printed; a range gives one only if it may be guessed (Wan 2014).
study_means <- function(rows, own, convert) {
  columns <- c("year", "n", "centre", "spread", "low", "high")
  rows <- as_numbers(rows, columns)
  rows$own <- rep(FALSE, nrow(rows))
  if (is.null(own)) own <- data.frame()
  rows <- rows[c("study", "year", "group", "n", "statistic", "centre", "spread", "low", "high", "certain", "own")]
  rows <- studies_with(rows, own, function(members, own) {
    mine <- match(members$group, own$group)
    shared <- !is.na(mine) & !is.na(members$centre)
    theirs <- members[shared, ]
    ours <- own[mine[shared], ]
    sum(shared) > 1 && all(theirs$n == ours$n & nearly(theirs$centre, ours$centre))
  })
  printed <- rows$statistic %in% c("mean-sd", "mean-se") & !is.na(rows$spread)
  guessed <- !printed & convert & !is.na(rows$low) & !is.na(rows$high)
  rows$mean <- ifelse(guessed & rows$statistic == "median-range", (rows$low + 2 * rows$centre + rows$high) / 4, rows$centre)
  from_range <- (rows$high - rows$low) / (2 * qnorm((rows$n - 0.375) / (rows$n + 0.25)))
  rows$sd <- ifelse(guessed, from_range, ifelse(rows$statistic %in% "mean-se", rows$spread * sqrt(rows$n), rows$spread))
  rows[rows$certain == "yes" & !is.na(rows$centre) & rows$n >= 2 & (printed | guessed), ]
}

# Effects of one group, or of two (first minus second), with sampling variances; as metafor::escalc.
effect_of_means <- function(a, log) {
  if (log) return(list(y = log(a$mean), v = a$sd^2 / (a$n * a$mean^2)))
  list(y = a$mean, v = a$sd^2 / a$n)
}
effect_of_pairs <- function(a, b, measure) {
  if (measure == "mean-difference") return(list(y = a$mean - b$mean, v = a$sd^2 / a$n + b$sd^2 / b$n))
  if (measure == "ratio-of-means") {
    return(list(y = log(a$mean / b$mean), v = a$sd^2 / (a$n * a$mean^2) + b$sd^2 / (b$n * b$mean^2)))
  }
  # Hedges 1981, with the exact correction.
  m <- a$n + b$n - 2
  spread <- sqrt(((a$n - 1) * a$sd^2 + (b$n - 1) * b$sd^2) / m)
  g <- exp(lgamma(m / 2) - log(m / 2) / 2 - lgamma((m - 1) / 2)) * (a$mean - b$mean) / spread
  list(y = g, v = 1 / a$n + 1 / b$n + g^2 / (2 * (a$n + b$n)))
}

literature_means <- function(rows, groups, options, level) {
  if (length(groups) == 0) groups <- unique(rows$group)
  pool <- function(effects, rows, n) pool_studies(effects$y, effects$v, rows$year, rows$own, n, options, level)
  means <- list()
  for (group in groups) {
    own <- rows[rows$group == group, ]
    if (nrow(own) > 0) means[[length(means) + 1]] <- pool(effect_of_means(own, options$log), own, own$n)
  }
  differences <- list()
  key <- paste(rows$study, rows$year, sep = "\r")
  for (i in seq_along(groups)) for (first in groups[-seq_len(i)]) {
    a <- which(rows$group == first)
    b <- which(rows$group == groups[i])
    b <- b[match(key[a], key[b])]
    a <- rows[a[!is.na(b)], ]
    b <- rows[b[!is.na(b)], ]
    if (nrow(a) < 2) next
    differences[[length(differences) + 1]] <- pool(effect_of_pairs(a, b, options$measure), a, a$n + b$n)
  }
  list(means = means, differences = differences)
}

# Correlations as Fisher's z. `own` is this study's r and n, or NULL.
literature_correlation <- function(rows, own, variance, options, level) {
  rows <- as_numbers(rows, c("year", "n", "r"))[c("study", "year", "n", "r", "certain")]
  rows$own <- rep(FALSE, nrow(rows))
  mine <- data.frame()
  if (!is.null(own)) mine <- data.frame(study = NA, year = NA, n = own$n, r = own$rho, certain = "yes", own = TRUE)
  rows <- studies_with(rows, mine, function(members, own) all(members$n == own$n & nearly(members$r, own$r)))
  rows <- rows[rows$certain == "yes" & !is.na(rows$r) & abs(rows$r) < 1 & rows$n >= 4, ]
  widening <- switch(variance, pearson = 1, "spearman-1.06" = 1.06, 1 + rows$r^2 / 2)
  list(pool = pool_studies(atanh(rows$r), widening / (rows$n - 3), rows$year, rows$own, rows$n, options, level))
}

# Weighted least squares with weights 1 / (variance + tau2).
weighted_fit <- function(y, v, x, tau2) {
  w <- 1 / (v + tau2)
  decomposed <- qr(x * sqrt(w), tol = 1e-14)
  beta <- qr.coef(decomposed, y * sqrt(w))
  q <- sum(w * (y - as.numeric(x %*% beta))^2)
  if (q <= 1e-26 * sum(w * y^2)) q <- 0
  list(beta = unname(beta), covariance = chol2inv(qr.R(decomposed)), w = w, q = q)
}
# Trace of W - W X (X'WX)^-1 X'W.
trace_p <- function(v, x, tau2) {
  w <- 1 / (v + tau2)
  sum(w) - sum(diag(solve(crossprod(x * sqrt(w)), crossprod(x * w))))
}

# The variance between studies: DerSimonian and Laird 1986; Paule and Mandel 1982; REML over tau2 >= 0.
between_variance <- function(y, v, x, method) {
  df <- length(y) - ncol(x)
  if (method == "fixed" || df == 0) return(0)
  if (method == "dersimonian-laird") return(max(0, (weighted_fit(y, v, x, 0)$q - df) / trace_p(v, x, 0)))
  if (method == "paule-mandel") return(tau2_at(y, v, x, df))
  score <- function(tau2) {
    fit <- weighted_fit(y, v, x, tau2)
    sum(fit$w^2 * (y - as.numeric(x %*% fit$beta))^2) - trace_p(v, x, tau2)
  }
  deviance <- function(tau2) {
    fit <- weighted_fit(y, v, x, tau2)
    -sum(log(fit$w)) + as.numeric(determinant(crossprod(x * sqrt(fit$w)))$modulus) + fit$q
  }
  # The likelihood may have more than one peak: every change of the slope's sign.
  unit <- median(v)
  largest <- 100 * (mean((y - mean(y))^2) + max(v) + unit)
  grid <- c(0, exp(seq(log(1e-9 * unit), log(largest), length.out = 60)))
  slopes <- sapply(grid, score)
  peaks <- if (slopes[1] <= 0) 0 else numeric()
  for (i in which(slopes[-length(slopes)] > 0 & slopes[-1] <= 0)) {
    peaks <- c(peaks, uniroot(score, grid[c(i, i + 1)], tol = 1e-17 * grid[i + 1], maxiter = 500)$root)
  }
  if (length(peaks) == 0) 0 else peaks[which.min(sapply(peaks, deviance))]
}

# The tau2 at which Q falls to `target`; 0 where it is below already.
tau2_at <- function(y, v, x, target) {
  excess <- function(tau2) weighted_fit(y, v, x, tau2)$q - target
  if (excess(0) <= 0) return(0)
  high <- median(v)
  while (excess(high) > 0) high <- 4 * high
  uniroot(excess, c(0, high), tol = 1e-17 * high, maxiter = 500)$root
}

# One pooled effect by inverse variance; as metafor::rma. Hartung and Knapp 2001; Higgins and Thompson 2002 (I2);
# Higgins, Thompson and Spiegelhalter 2009 (prediction); Viechtbauer 2007 (interval of tau2).
pool_effects <- function(y, v, options, level) {
  if (length(y) == 0) return(NULL)
  searched <- if (options$tau2 %in% c("reml", "paule-mandel")) all_iterative else identity
  k <- length(y)
  ones <- matrix(1, k, 1)
  tau2 <- between_variance(y, v, ones, options$tau2)
  fit <- weighted_fit(y, v, ones, tau2)
  plain <- weighted_fit(y, v, ones, 0)
  quantile_of <- function(df) if (is.null(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
  se <- sqrt(fit$covariance[1, 1])
  df <- NULL
  if (options$interval != "normal" && k > 1) {
    df <- k - 1
    widening <- fit$q / df
    if (options$interval == "knapp-hartung-at-least-one") widening <- max(1, widening)
    se <- se * sqrt(widening)
  }
  statistic <- if (se > 0) fit$beta / se else if (fit$beta != 0) sign(fit$beta) * Inf else NaN
  around <- function(half) interval(fit$beta - half, fit$beta + half)
  i2 <- h2 <- NaN
  if (k > 1 && options$tau2 == "fixed") {
    i2 <- if (plain$q > 0) max(0, (plain$q - (k - 1)) / plain$q) else 0
    h2 <- plain$q / (k - 1)
  } else if (k > 1) {
    typical <- (k - 1) / trace_p(v, ones, 0)
    i2 <- tau2 / (tau2 + typical)
    h2 <- tau2 / typical + 1
  }
  found <- list(
    estimate = fit$beta, standard_error = se, interval = around(quantile_of(df) * se), statistic = statistic,
    p_value = 2 * (if (is.null(df)) pnorm(-abs(statistic)) else pt(-abs(statistic), df)),
    weights = as.list(fit$w / sum(fit$w)), i2 = i2, h2 = h2, tau2 = tau2
  )
  found$df <- df
  if (options$tau2 != "fixed" && k > 1 && options$prediction != "none") {
    reach <- if (options$prediction == "as-interval") quantile_of(df) else if (k > 2) quantile_of(k - 2)
    if (!is.null(reach)) found$prediction <- around(reach * sqrt(tau2 + se^2))
  }
  found <- c(searched(found), list(
    k = k, q = if (k > 1) plain$q else 0, q_df = k - 1,
    q_p_value = if (k > 1) pchisq(plain$q, k - 1, lower.tail = FALSE) else NaN
  ))
  if (options$tau2 != "fixed" && k > 1) {
    tails <- qchisq(c((1 + level) / 2, (1 - level) / 2), k - 1)
    found$tau2_interval <- all_iterative(interval(tau2_at(y, v, ones, tails[1]), tau2_at(y, v, ones, tails[2])))
  }
  found
}

# Do small studies find more than large ones? Egger, Davey Smith, Schneider and Minder 1997: the slope of effects
# on their standard errors; with an additive variance between studies it is metafor::regtest(model = "rma").
egger_test <- function(y, v, variant, level) {
  unit <- max(sqrt(v))
  x <- cbind(1, sqrt(v) / unit)
  k <- length(y)
  tau2 <- 0
  df <- NULL
  if (variant == "egger-1997") {
    df <- k - 2
    fit <- weighted_fit(y, v, x, 0)
    se <- sqrt(diag(fit$covariance) * fit$q / df)
  } else {
    tau2 <- between_variance(y, v, x, "reml")
    fit <- weighted_fit(y, v, x, tau2)
    se <- sqrt(diag(fit$covariance))
  }
  statistic <- if (se[2] > 0) fit$beta[2] / se[2] else NaN
  half <- (if (is.null(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)) * se[1]
  found <- list(
    slope = fit$beta[2] / unit, slope_standard_error = se[2] / unit, statistic = statistic,
    p_value = 2 * (if (is.null(df)) pnorm(-abs(statistic)) else pt(-abs(statistic), df)), limit = fit$beta[1],
    limit_interval = interval(fit$beta[1] - half, fit$beta[1] + half), tau2 = tau2, k = k
  )
  found$df <- df
  if (variant == "egger-1997") found else all_iterative(found)
}

# Begg and Mazumdar 1994: Kendall's tau of standardized effects and variances; exact without ties.
begg_test <- function(y, v) {
  fit <- weighted_fit(y, v, matrix(1, length(y), 1), 0)
  deviates <- (y - fit$beta) / sqrt(v - 1 / sum(fit$w))
  exact <- !anyDuplicated(deviates) && !anyDuplicated(v)
  test <- suppressWarnings(cor.test(deviates, v, method = "kendall", exact = exact, continuity = FALSE))
  list(tau = unname(test$estimate), p_value = test$p.value, k = length(y))
}

# A study without any spread would take all the weight: it is shown, not pooled.
pool_studies <- function(y, v, year, own, n, options, level) {
  usable <- v > 0
  kept <- usable & (!own | options$pool_this_study)
  pool <- function(chosen) pool_effects(y[chosen], v[chosen], options, level)
  pooled <- pool(kept)
  weights <- rep(list(NULL), length(y))
  weights[kept] <- pooled$weights
  half <- qnorm((1 + level) / 2) * sqrt(v)
  found <- list(
    studies = lapply(seq_along(y), function(i) {
      list(
        year = year[i], effect = y[i], variance = v[i], interval = interval(y[i] - half[i], y[i] + half[i]), n = n[i],
        weight = weights[[i]]
      )
    }),
    pooled = pooled, others = if (any(own)) pool(usable & !own)
  )
  if (sum(kept) > 1) found$without <- lapply(which(kept), function(i) pool(kept & seq_along(y) != i))
  errors <- sqrt(v[kept])
  has_shape <- sum(kept) > 2 && diff(range(errors)) > 1e-9 * max(errors) && diff(range(y[kept])) > 0
  if (has_shape) {
    found$egger <- egger_test(y[kept], v[kept], options$egger, level)
    found$begg <- begg_test(y[kept], v[kept])
  }
  found
}
