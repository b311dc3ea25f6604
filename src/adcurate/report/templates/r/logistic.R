# ---- Logistic regression ----

# Maximise the likelihood, or Firth's (plus half the log determinant of the information), by Newton steps; `held`
# columns keep their start, `counts` say how often each case stands. Without penalty this is glm(family = binomial).
logistic_maximum <- function(x, y, firth, start = numeric(ncol(x)), held = rep(FALSE, ncol(x)), offset = 0,
                             counts = rep(1, length(y))) {
  parts <- function(beta) {
    eta <- as.numeric(x %*% beta) + offset
    p <- plogis(eta)
    w <- counts * p * plogis(-eta)
    information <- crossprod(x * sqrt(w))
    likelihood <- sum(counts * ifelse(y, plogis(eta, log.p = TRUE), plogis(-eta, log.p = TRUE)))
    objective <- likelihood
    score <- counts * (y - p)
    if (firth) {
      r <- qr(x * sqrt(w))
      objective <- likelihood + sum(log(abs(diag(qr.R(r)))))
      score <- score + rowSums(qr.Q(r)^2) * (0.5 - p)
    }
    list(beta = beta, information = information, likelihood = likelihood, objective = objective, score = as.numeric(crossprod(x, score)))
  }
  best <- parts(start)
  free <- which(!held)
  if (length(free) == 0) return(best)
  for (i in 1:500) {
    step <- solve(best$information[free, free, drop = FALSE], best$score[free])
    step <- step * min(1, 5 / max(abs(step)))
    for (halving in 1:40) {
      beta <- best$beta
      beta[free] <- beta[free] + step
      tried <- parts(beta)
      if (is.finite(tried$objective) && tried$objective >= best$objective - 1e-13 * (1 + abs(best$objective))) break
      step <- step / 2
    }
    best <- tried
    if (max(abs(step)) <= 1e-12 * (1 + max(abs(best$beta)))) break
  }
  best
}

# Columns of unit spread and the intercept, so that an ADC in mm^2/s and a size in mm meet on one scale.
scaled_design <- function(x) {
  spread <- sqrt(colMeans(sweep(x, 2, colMeans(x))^2))
  list(x = cbind(1, sweep(x, 2, spread, "/")), spread = c(1, spread))
}

logistic_fit <- function(model, y, firth, method, level, units) {
  design <- scaled_design(model$x)
  x <- design$x
  k <- ncol(x)
  n <- length(y)
  best <- logistic_maximum(x, y, firth)
  value <- best$beta / design$spread
  covariance <- solve(best$information) / outer(design$spread, design$spread)
  se <- sqrt(diag(covariance))
  wald_p <- 2 * pnorm(-abs(value / se))
  units <- c(1, units_of(model$x, units))
  coefficients <- lapply(seq_len(k), function(j) {
    if (method == "wald") {
      half <- qnorm((1 + level) / 2) * se[j]
      return(coefficient_of(value[j], se[j], interval(value[j] - half, value[j] + half), wald_p[j], wald_p[j], units[j]))
    }
    # The others start where they are expected to follow: from the last point of the profile, or from the maximum.
    last <- best$beta
    along <- solve(best$information)[, j]
    fall <- function(at) {
      for (start in list(last, best$beta)) {
        start <- start + (at * design$spread[j] - start[j]) * along / along[j]
        found <- tryCatch(logistic_maximum(x, y, firth, start, seq_len(k) == j), error = function(e) NULL)
        if (!is.null(found)) break
      }
      last <<- found$beta
      2 * (best$objective - found$objective)
    }
    limits <- interval(profile_limit(fall, value[j], -se[j], level), profile_limit(fall, value[j], se[j], level))
    p_value <- pchisq(max(fall(0), 0), 1, lower.tail = FALSE)
    coefficient_of(value[j], se[j], limits, p_value, wald_p[j], units[j])
  })
  fitted <- plogis(as.numeric(x %*% best$beta))
  n_positive <- sum(y)
  null <- n_positive * log(n_positive / n) + (n - n_positive) * log1p(-n_positive / n)
  # The intercept under which predicted probabilities average to the share of positives. Puhr 2017.
  flic <- value[1]
  if (firth) flic <- logistic_maximum(matrix(1, n, 1), y, FALSE, value[1], offset = as.numeric(model$x %*% value[-1]))$beta
  found <- list(
    coefficients = coefficients, covariance = lapply(seq_len(k), function(i) as.list(unname(covariance[i, ]))),
    log_likelihood = best$likelihood,
    penalized_log_likelihood = best$objective + (if (firth) sum(log(design$spread)) else 0),
    null_log_likelihood = null, model_test = logistic_term(model, y, firth, colnames(model$x)),
    tjur_r2 = mean(fitted[y]) - mean(fitted[!y]), flic_intercept = flic, n = n, n_positive = n_positive
  )
  if (!firth) {
    found$aic <- 2 * k - 2 * best$likelihood
    found$nagelkerke_r2 <- expm1(2 * (null - best$likelihood) / n) / expm1(2 * null / n)
  }
  found
}

# Likelihood-ratio test of leaving coefficients out; under Firth's penalty both models share it (Heinze and
# Schemper 2002).
logistic_term <- function(model, y, firth, left_out) {
  x <- scaled_design(model$x)$x
  best <- logistic_maximum(x, y, firth)
  held <- c(FALSE, colnames(model$x) %in% left_out)
  without <- logistic_maximum(x, y, firth, ifelse(held, 0, best$beta), held)
  chi_squared <- max(0, 2 * (best$objective - without$objective))
  list(chi_squared = chi_squared, df = sum(held), p_value = pchisq(chi_squared, sum(held), lower.tail = FALSE))
}
