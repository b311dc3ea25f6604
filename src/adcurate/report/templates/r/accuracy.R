# ---- What a rule says of a patient ----

# True and false positives, false and true negatives of marker <= cut-off ("low") or >= ("high").
classify_at <- function(marker, positive, cutoff, direction) {
  called <- if (direction == "low") marker <= cutoff else marker >= cutoff
  list(tp = sum(called & positive), fp = sum(called & !positive), fn = sum(!called & positive), tn = sum(!called & !positive))
}

# Likelihood ratio with the log interval of Simel, Samsa and Matchar 1991; none with a zero cell.
likelihood_ratio <- function(above, n_above, below, n_below, level) {
  value <- above * n_below / (n_above * below)
  if (above == 0 || below == 0) return(list(value = value, interval = interval(NaN, NaN)))
  half <- qnorm((1 + level) / 2) * sqrt(1 / above - 1 / n_above + 1 / below - 1 / n_below)
  list(value = value, interval = interval(value * exp(-half), value * exp(half)))
}

# A predictive value at a stated prevalence, by Bayes' theorem, with the logit interval of Mercaldo, Lau and
# Zhou 2007 (the prevalence taken as known).
predictive_value <- function(right, n_right, wrong, n_wrong, share, level) {
  value <- right / n_right * share / (right / n_right * share + wrong / n_wrong * (1 - share))
  if (right == 0 || wrong == 0) return(list(value = value, interval = interval(NaN, NaN)))
  half <- qnorm((1 + level) / 2) * sqrt(1 / right - 1 / n_right + 1 / wrong - 1 / n_wrong)
  list(value = value, interval = interval(plogis(qlogis(value) - half), plogis(qlogis(value) + half)))
}

# Sensitivity, specificity, predictive values and likelihood ratios of a rule. Without `prevalence` the
# predictive values are shares of the sample; with it they hold at that prevalence.
accuracy <- function(table, method, level, prevalence = NULL) {
  tp <- table$tp
  fp <- table$fp
  fn <- table$fn
  tn <- table$tn
  n_positive <- tp + fn
  n_negative <- fp + tn
  share <- function(count, n) proportion(count, n, method, level)
  found <- list(
    table = table,
    sensitivity = share(tp, n_positive),
    specificity = share(tn, n_negative),
    lr_positive = likelihood_ratio(tp, n_positive, fp, n_negative, level),
    lr_negative = likelihood_ratio(fn, n_positive, tn, n_negative, level),
    accuracy = share(tp + tn, n_positive + n_negative)
  )
  if (is.null(prevalence)) {
    found$ppv <- share(tp, tp + fp)
    found$npv <- share(tn, tn + fn)
    found$prevalence <- n_positive / (n_positive + n_negative)
  } else {
    found$ppv <- predictive_value(tp, n_positive, fp, n_negative, prevalence, level)
    found$npv <- predictive_value(tn, n_negative, fn, n_positive, 1 - prevalence, level)
    found$prevalence <- prevalence
  }
  found
}
