# ---- Proportional-odds regression ----

# Maximise the likelihood of logit P(grade <= j) = threshold_j - x %*% slopes. `free` columns have a slope of
# their own at each threshold; a column in `held` keeps its start. Newton steps with the observed information.
ordinal_maximum <- function(x, grade, start = NULL, free = rep(FALSE, ncol(x)), held = integer()) {
  k <- max(grade) - 1
  n <- length(grade)
  # Row i of at[[j]] gives the derivatives of threshold_j - x_i %*% slopes by the parameters.
  at <- lapply(seq_len(k), function(j) {
    own <- matrix(0, n, k)
    own[, j] <- 1
    slopes <- do.call(cbind, lapply(seq_len(ncol(x)), function(v) {
      if (!free[v]) return(-x[, v])
      block <- matrix(0, n, k)
      block[, j] <- -x[, v]
      block
    }))
    cbind(own, slopes)
  })
  parts <- function(b) {
    eta <- cbind(-Inf, sapply(at, function(a) as.numeric(a %*% b)), Inf)
    upper <- eta[cbind(seq_len(n), grade + 1)]
    lower <- eta[cbind(seq_len(n), grade)]
    # P(lower < . <= upper), without cancellation in the upper tail.
    p <- ifelse(lower > 0, plogis(-lower) - plogis(-upper), plogis(upper) - plogis(lower))
    if (any(p <= 0)) return(list(beta = b, likelihood = -Inf))
    du <- dlogis(upper)
    dl <- dlogis(lower)
    d2u <- du * (1 - 2 * plogis(upper))
    d2l <- dl * (1 - 2 * plogis(lower))
    d2u[!is.finite(upper)] <- 0
    d2l[!is.finite(lower)] <- 0
    score <- numeric(length(b))
    information <- matrix(0, length(b), length(b))
    rows_of <- function(which) {
      found <- matrix(0, n, length(b))
      for (j in seq_len(k)) found[which == j, ] <- at[[j]][which == j, ]
      found
    }
    a_upper <- rows_of(grade)
    a_lower <- rows_of(grade - 1)
    gradient <- (a_upper * du - a_lower * dl) / p
    information <- crossprod(gradient) - crossprod(a_upper, a_upper * (d2u / p)) + crossprod(a_lower, a_lower * (d2l / p))
    list(beta = b, likelihood = sum(log(p)), score = colSums(gradient), information = information)
  }
  if (is.null(start)) start <- c(qlogis(cumsum(tabulate(grade, k + 1))[seq_len(k)] / n), numeric(ncol(at[[1]]) - k))
  best <- parts(start)
  move <- setdiff(seq_along(start), held)
  for (i in 1:500) {
    step <- solve(best$information[move, move, drop = FALSE], best$score[move])
    for (halving in 1:60) {
      b <- best$beta
      b[move] <- b[move] + step
      tried <- parts(b)
      if (tried$likelihood >= best$likelihood - 1e-13 * (1 + abs(best$likelihood))) break
      step <- step / 2
    }
    best <- tried
    if (max(abs(step)) <= 1e-12 * (1 + max(abs(best$beta)))) break
  }
  best
}

ordinal_fit <- function(raw, grade, method, level, units) {
  spread <- scaled_design(raw)$spread[-1]
  x <- sweep(raw, 2, spread, "/")
  k <- max(grade) - 1
  p <- ncol(x)
  n <- length(grade)
  best <- ordinal_maximum(x, grade)
  scale <- c(rep(1, k), spread)
  value <- best$beta / scale
  covariance <- solve(best$information) / outer(scale, scale)
  se <- sqrt(diag(covariance))
  units <- units_of(raw, units)
  coefficients <- lapply(seq_len(p), function(v) {
    j <- k + v
    wald_p <- 2 * pnorm(-abs(value[j] / se[j]))
    if (method == "wald") {
      half <- qnorm((1 + level) / 2) * se[j]
      return(coefficient_of(value[j], se[j], interval(value[j] - half, value[j] + half), wald_p, wald_p, units[v]))
    }
    fall <- function(at) {
      start <- best$beta + (at * spread[v] - best$beta[j]) * solve(best$information)[, j] / solve(best$information)[j, j]
      if (any(diff(start[seq_len(k)]) <= 0)) start <- replace(best$beta, j, at * spread[v])
      2 * (best$likelihood - ordinal_maximum(x, grade, start, held = j)$likelihood)
    }
    limits <- interval(profile_limit(fall, value[j], -se[j], level), profile_limit(fall, value[j], se[j], level))
    coefficient_of(value[j], se[j], limits, pchisq(max(fall(0), 0), 1, lower.tail = FALSE), wald_p, units[v])
  })
  sizes <- tabulate(grade, k + 1)
  null <- sum(sizes * log(sizes / n))
  chi_squared <- max(0, 2 * (best$likelihood - null))
  list(
    thresholds = lapply(seq_len(k), function(j) list(value = value[j], standard_error = se[j])),
    coefficients = coefficients, covariance = lapply(seq_along(value), function(i) as.list(unname(covariance[i, ]))),
    log_likelihood = best$likelihood, null_log_likelihood = null,
    model_test = list(chi_squared = chi_squared, df = p, p_value = pchisq(chi_squared, p, lower.tail = FALSE)),
    aic = 2 * (k + p) - 2 * best$likelihood,
    nagelkerke_r2 = expm1(2 * (null - best$likelihood) / n) / expm1(2 * null / n), sizes = as.list(sizes), n = n
  )
}

# Is one odds ratio enough for every division of the grades? Brant 1990, and likelihood-ratio tests against models
# with a slope for each threshold.
proportional_odds <- function(raw, grade) {
  k <- max(grade) - 1
  p <- ncol(raw)
  if (k < 2) return(list())
  x <- scale(raw) * sqrt(nrow(raw) / (nrow(raw) - 1))
  design <- cbind(1, x)
  fits <- lapply(seq_len(k), function(j) logistic_maximum(design, grade > j, FALSE))
  chance <- lapply(fits, function(fit) plogis(as.numeric(design %*% fit$beta)))
  inverse <- lapply(fits, function(fit) solve(fit$information))
  covariance <- matrix(0, k * p, k * p)
  for (i in seq_len(k)) for (j in i:k) {
    shared <- chance[[j]] * (1 - chance[[i]])
    block <- (inverse[[i]] %*% crossprod(design * shared, design) %*% inverse[[j]])[-1, -1, drop = FALSE]
    rows <- (i - 1) * p + seq_len(p)
    columns <- (j - 1) * p + seq_len(p)
    covariance[rows, columns] <- block
    covariance[columns, rows] <- t(block)
  }
  slopes <- unlist(lapply(fits, function(fit) fit$beta[-1]))
  brant <- function(chosen) {
    contrast <- do.call(rbind, lapply(2:k, function(i) do.call(rbind, lapply(chosen, function(v) {
      row <- numeric(k * p)
      row[v] <- 1
      row[(i - 1) * p + v] <- -1
      row
    }))))
    difference <- contrast %*% slopes
    chi_squared <- as.numeric(t(difference) %*% solve(contrast %*% covariance %*% t(contrast), difference))
    list(chi_squared = chi_squared, df = nrow(contrast), p_value = pchisq(chi_squared, nrow(contrast), lower.tail = FALSE))
  }
  base <- ordinal_maximum(x, grade)
  ratio <- function(free) {
    start <- c(base$beta[seq_len(k)], unlist(lapply(seq_len(p), function(v) rep(base$beta[k + v], if (free[v]) k else 1))))
    chi_squared <- max(0, 2 * (ordinal_maximum(x, grade, start, free)$likelihood - base$likelihood))
    df <- sum(free) * (k - 1)
    list(chi_squared = chi_squared, df = df, p_value = pchisq(chi_squared, df, lower.tail = FALSE))
  }
  list(
    brant = lapply(seq_len(p), brant), brant_omnibus = brant(seq_len(p)),
    likelihood_ratio = lapply(seq_len(p), function(v) ratio(seq_len(p) == v)),
    likelihood_ratio_omnibus = ratio(rep(TRUE, p))
  )
}

# P(grade) along the first predictor, the others at their mean (categories at their reference), with limits by
# the delta method on the log-odds.
grade_probabilities <- function(fit, model, grade, grades, level, n_points) {
  values <- model$x[, 1]
  at <- seq(min(values), max(values), length.out = n_points)
  rest <- unlist(lapply(model$columns[-1], function(one) if (is.null(one$levels)) mean(model$x[, one$name]) else rep(0, length(one$levels))))
  rows <- cbind(at, matrix(rep(as.numeric(rest), each = n_points), n_points))
  thresholds <- sapply(fit$thresholds, function(one) one$value)
  slopes <- sapply(fit$coefficients, function(one) one$value)
  covariance <- do.call(rbind, lapply(fit$covariance, unlist))
  k <- length(thresholds)
  cumulative <- cbind(0, plogis(outer(-as.numeric(rows %*% slopes), thresholds, "+")), 1)
  density <- cumulative * (1 - cumulative)
  probability <- cumulative[, -1] - cumulative[, -(k + 2)]
  half <- sapply(seq_len(k + 1), function(j) {
    gradient <- matrix(0, n_points, k)
    if (j <= k) gradient[, j] <- density[, j + 1]
    if (j > 1) gradient[, j - 1] <- gradient[, j - 1] - density[, j]
    gradient <- cbind(gradient, -(density[, j + 1] - density[, j]) * rows)
    variance <- rowSums((gradient %*% covariance) * gradient)
    qnorm((1 + level) / 2) * sqrt(pmax(variance, 0)) / (probability[, j] * (1 - probability[, j]))
  })
  as_rows <- function(m) lapply(seq_len(n_points), function(i) as.list(unname(m[i, ])))
  own <- lapply(seq_along(grades), function(g) as.list(sort(unname(values[grade == g]))))
  names(own) <- grades
  list(
    at = as.list(at), probability = as_rows(probability), low = as_rows(plogis(qlogis(probability) - half)),
    high = as_rows(plogis(qlogis(probability) + half)), values = own
  )
}
