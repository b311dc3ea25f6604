# ---- Would patients be better off if the rule decided? ----

# The p-quantile of replicates by linear interpolation (quantile type 7), with how far another's may lie.
linear_limit <- function(replicates, p) {
  around <- quantile(replicates, c(p, reach_of_share(p, length(replicates))), names = FALSE)
  monte_carlo(around[1], max(abs(around - around[1])))
}

# Net benefit: true positives per patient less false positives at the exchange rate of the threshold.
decision_curve <- function(cases, column, direction, resolution, cutoff, prevalence, thresholds, with_risk, level, n_resamples) {
  rule <- fixed_rule(cases, column, direction, resolution, cutoff)
  positive <- rule$positive
  n <- length(positive)
  exchange <- thresholds / (1 - thresholds)
  calls <- list(rule = matrix(rule$called, n, length(thresholds)))
  if (with_risk) {
    x <- scaled_design(matrix(rule$marker))$x
    risk <- plogis(as.numeric(x %*% logistic_maximum(x, positive, FALSE)$beta))
    calls$risk <- outer(risk, thresholds, ">=")
  }
  drawn <- draw_counts(n, n_resamples)
  lacking <- colSums(drawn[positive, , drop = FALSE]) == 0 | colSums(drawn[!positive, , drop = FALSE]) == 0
  if (!is.null(prevalence)) drawn <- drawn[, !lacking, drop = FALSE]
  held_at <- if (is.null(prevalence)) mean(positive) else prevalence
  shares <- function(times, called) {
    hits <- t(called[positive, , drop = FALSE]) %*% times[positive, , drop = FALSE]
    false_calls <- t(called[!positive, , drop = FALSE]) %*% times[!positive, , drop = FALSE]
    if (is.null(prevalence)) {
      list(hits = sweep(hits, 2, colSums(times), "/"), false_calls = sweep(false_calls, 2, colSums(times), "/"))
    } else {
      list(
        hits = prevalence * sweep(hits, 2, colSums(times[positive, , drop = FALSE]), "/"),
        false_calls = (1 - prevalence) * sweep(false_calls, 2, colSums(times[!positive, , drop = FALSE]), "/")
      )
    }
  }
  tail <- (1 - level) / 2
  strategies <- lapply(calls, function(called) {
    own <- shares(matrix(1, n, 1), called)
    resampled <- shares(drawn, called)
    replicates <- resampled$hits - resampled$false_calls * exchange
    list(
      value = as.list(own$hits[, 1] - own$false_calls[, 1] * exchange),
      low = lapply(seq_along(thresholds), function(i) linear_limit(replicates[i, ], tail)),
      high = lapply(seq_along(thresholds), function(i) linear_limit(replicates[i, ], 1 - tail)),
      true_positive_share = as.list(own$hits[, 1]), false_positive_share = as.list(own$false_calls[, 1])
    )
  })
  one_class <- mean(positive)^n + mean(!positive)^n
  found <- list(
    cutoff = rule$cutoff,
    curve = list(
      thresholds = as.list(thresholds), strategies = strategies, treat_all = as.list(held_at - (1 - held_at) * exchange),
      prevalence = held_at, n_positive = sum(positive), n_negative = sum(!positive),
      n_undefined = if (is.null(prevalence)) 0 else monte_carlo_count(sum(lacking), n_resamples, one_class)
    ),
    n = n, n_missing = rule$n_missing
  )
  if (is.null(cutoff)) {
    # With the sensitivity and specificity of the optimism bootstrap.
    r <- repeat_youden(rule$marker, positive, direction, "most-specific", "cases", n_resamples)
    left <- lapply(c("sensitivity", "specificity"), function(name) {
      moved_by(mean_of_replicates(r$inside[[name]] - r$outside[[name]]), function(o) r$apparent[[name]] - o)
    })
    found$corrected <- lapply(exchange, function(rate) {
      hits <- moved_by(left[[1]], function(se) se * held_at)
      costs <- moved_by(left[[2]], function(sp) (1 - sp) * (1 - held_at) * rate)
      monte_carlo(as.numeric(hits) - as.numeric(costs), attr(hits, "half_width") + attr(costs, "half_width"))
    })
  }
  found
}
