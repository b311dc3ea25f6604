# ---- Several markers in one score ----

# The cases with the outcome and every predictor, ordered by outcome and values.
combined_cases <- function(cases, columns, resolution) {
  usable <- !is.na(cases$positive)
  model <- design_of(cases, columns, usable, resolution)
  outcome <- is_positive(cases)[model$rows]
  order <- do.call(order, c(list(outcome), lapply(seq_len(ncol(model$x)), function(j) model$x[, j])))
  model$x <- model$x[order, , drop = FALSE]
  model$rows <- model$rows[order]
  list(model = model, outcome = outcome[order], n_unknown = sum(!usable), n_missing = sum(usable) - length(model$rows))
}

# Coefficients by Firth's penalised likelihood where each row of x stands `positives` and `negatives` times.
firth_of_counts <- function(x, positives, negatives) {
  held <- positives + negatives > 0
  x <- x[held, , drop = FALSE]
  positives <- positives[held]
  n <- positives + negatives[held]
  at <- function(beta) {
    eta <- as.numeric(x %*% beta)
    p <- plogis(eta)
    w <- n * p * plogis(-eta)
    root <- tryCatch(chol(crossprod(x, w * x)), error = function(e) NULL)
    if (is.null(root)) return(list(objective = -Inf))
    likelihood <- sum(positives * plogis(eta, log.p = TRUE) + (n - positives) * plogis(-eta, log.p = TRUE))
    list(beta = beta, p = p, w = w, root = root, objective = likelihood + sum(log(diag(root))))
  }
  best <- at(numeric(ncol(x)))
  if (is.infinite(best$objective)) return(rep(NaN, ncol(x)))
  for (i in 1:200) {
    inverse <- chol2inv(best$root)
    leverage <- best$w * rowSums((x %*% inverse) * x)
    step <- as.numeric(inverse %*% crossprod(x, positives - n * best$p + leverage * (0.5 - best$p)))
    step <- step * min(1, 5 / max(abs(step)))
    # A step that would lose is halved.
    for (halving in 1:40) {
      tried <- at(best$beta + step)
      if (tried$objective >= best$objective - 1e-13 * (1 + abs(best$objective))) break
      step <- step / 2
    }
    if (is.infinite(tried$objective)) return(best$beta)
    best <- tried
    if (max(abs(step)) <= 1e-7 * (1 + max(abs(best$beta)))) break
  }
  best$beta
}

# The area of a score of rows that stand `positives` and `negatives` times; rows tie with themselves only.
area_of_counts <- function(score, positives, negatives) {
  order <- order(score)
  pairs <- sum(positives) * sum(negatives)
  if (pairs == 0 || anyNA(score)) return(NaN)
  sum(positives[order] * (cumsum(negatives[order]) - negatives[order] / 2)) / pairs
}

# A score of several markers, the linear predictor of a logistic model with Firth's penalty: its area on the same
# cases, less the optimism that resamples show (Harrell, Lee and Mark 1996; interval: Noma et al. 2021), and its area
# in cross-validation.
combined_marker <- function(one, directions, units, folds, repeats, level, n_resamples) {
  x <- one$model$x
  y <- one$outcome
  fit <- logistic_fit(one$model, y, TRUE, "profile", level, units)
  beta <- sapply(fit$coefficients, function(coefficient) coefficient$value)
  score <- beta[1]
  for (j in seq_len(ncol(x))) score <- score + beta[j + 1] * x[, j]
  apparent <- area_estimate(score, y, "high", "delong", level)
  singles <- lapply(seq_len(ncol(x)), function(j) area_estimate(x[, j], y, directions[j], "delong", level))
  best <- which.max(sapply(singles, function(single) single$value))

  rows <- unique(x)
  place <- match(do.call(paste, as.data.frame(x)), do.call(paste, as.data.frame(rows)))
  design <- cbind(1, sweep(sweep(rows, 2, colMeans(x)), 2, apply(x, 2, sd), "/"))
  # How often each distinct row stands among these cases, a column for each column of counts.
  tally <- function(counts) rowsum(as.matrix(counts) + 0, place)
  all_positives <- tally(y)[, 1]
  all_negatives <- tally(!y)[, 1]
  wins <- lapply(seq_len(ncol(x)), function(j) {
    sign <- sign(outer(rows[, j], rows[, j], "-"))
    ((if (directions[j] == "high") sign else -sign) + 1) / 2
  })
  alone <- function(positives, negatives) {
    pairs <- sum(positives) * sum(negatives)
    sapply(wins, function(win) if (pairs > 0) sum((positives %*% win) * negatives) / pairs else NaN)
  }
  alone_on_all <- alone(all_positives, all_negatives)
  drawn <- draw_counts(length(y), n_resamples)
  drawn_positives <- tally(drawn * y)
  drawn_negatives <- tally(drawn * !y)
  samples <- sapply(seq_len(n_resamples), function(i) {
    positives <- drawn_positives[, i]
    negatives <- drawn_negatives[, i]
    score <- as.numeric(design %*% firth_of_counts(design, positives, negatives))
    inside <- area_of_counts(score, positives, negatives)
    own <- alone(positives, negatives)
    chosen <- which.max(ifelse(is.nan(own), -1, own))
    c(inside, inside - area_of_counts(score, all_positives, all_negatives), own[chosen] - alone_on_all[chosen])
  })
  defined <- function(values) values[is.finite(values)]
  optimism <- mean_of_replicates(defined(samples[2, ]))
  raw <- percentile_interval(samples[1, ], level)
  shifted <- function(end) {
    width <- attr(end, "half_width") + attr(optimism, "half_width")
    monte_carlo(min(max(as.numeric(end) - as.numeric(optimism), 0), 1), width)
  }
  folds <- min(folds, sum(y), sum(!y))
  validated <- if (folds > 1) replicate(repeats, {
    fold <- integer(length(y))
    for (side in list(y, !y)) fold[side] <- sample((seq_len(sum(side)) - 1) %% folds)
    parts <- sapply(seq_len(folds) - 1, function(f) {
      positives <- tally(y & fold == f)[, 1]
      negatives <- tally(!y & fold == f)[, 1]
      score <- as.numeric(design %*% firth_of_counts(design, all_positives - positives, all_negatives - negatives))
      pairs <- sum(positives) * sum(negatives)
      c(area_of_counts(score, positives, negatives) * pairs, pairs)
    })
    sum(parts[1, ]) / sum(parts[2, ])
  })
  one_class <- mean(y)^length(y) + mean(!y)^length(y)
  c(
    list(
      fit = all_iterative(fit), score = lapply(score, iterative), apparent = apparent, optimism = optimism,
      corrected_auc = moved_by(optimism, function(o) apparent$value - o),
      corrected_interval = interval(shifted(raw$low), shifted(raw$high)),
      folds = if (folds > 1) folds else 0, repeats = if (folds > 1) repeats else 0, singles = singles,
      best_single_auc = singles[[best]]$value, best_single_optimism = mean_of_replicates(defined(samples[3, ])),
      nested = all_iterative(logistic_term(one$model, y, TRUE, colnames(x)[-best])), n = length(y), n_positive = sum(y),
      n_dropped = monte_carlo_count(sum(!is.finite(samples[1, ])), n_resamples, max(one_class, 1 / n_resamples))
    ),
    if (folds > 1 && repeats > 1) list(
      cross_validated_auc = mean_of_replicates(validated),
      cross_validated_sd = if (sd(validated) > 0) sd_of_replicates(validated) else 0
    )
  )
}
