# ---- A rule elsewhere, and a rule from elsewhere ----

# The rule of a marker on its complete cases: at a stated cut-off, or at the one of greatest Youden index.
fixed_rule <- function(cases, column, direction, resolution, cutoff = NULL) {
  complete <- cases[!is.na(cases$positive) & is.finite(numbers_in(cases, column)), , drop = FALSE]
  marker <- numbers_in(complete, column, resolution)
  positive <- is_positive(complete)
  cutoff <- if (is.null(cutoff)) youden(marker, positive, direction)$cutoff else to_resolution(cutoff, resolution)
  list(
    marker = marker, positive = positive, cutoff = cutoff, n_missing = nrow(cases) - nrow(complete),
    called = if (direction == "low") marker <= cutoff else marker >= cutoff
  )
}

# Predictive values over prevalence.
#   logit-delta      Mercaldo, Lau and Zhou 2007; the confidence box where a zero cell leaves none
#   adjusted-logit   the same with half of z^2 successes and failures added (Agresti and Coull 1998)
#   confidence-box   Clopper-Pearson limits of sensitivity and specificity at their corners
prevalence_curve <- function(table, prevalence, band, level) {
  n_positive <- table$tp + table$fn
  n_negative <- table$fp + table$tn
  bayes <- function(right, wrong, odds) if (right == 0 && wrong == 0) odds * NaN else odds * right / (odds * right + wrong)
  curve <- function(right, n_right, wrong, n_wrong, odds) {
    value <- bayes(right / n_right, wrong / n_wrong, odds)
    if (band == "confidence-box" || (band == "logit-delta" && (right == 0 || wrong == 0))) {
      of_right <- clopper_pearson(right, n_right, sqrt(level))
      of_wrong <- clopper_pearson(wrong, n_wrong, sqrt(level))
      low <- bayes(of_right$low, of_wrong$high, odds)
      high <- bayes(of_right$high, of_wrong$low, odds)
    } else {
      z <- qnorm((1 + level) / 2)
      more <- if (band == "adjusted-logit") z^2 else 0
      r <- right + more / 2
      w <- wrong + more / 2
      centre <- log(odds) + log(r / (n_right + more)) - log(w / (n_wrong + more))
      half <- z * sqrt(1 / r - 1 / (n_right + more) + 1 / w - 1 / (n_wrong + more))
      low <- plogis(centre - half)
      high <- plogis(centre + half)
    }
    list(value = as.list(value), low = as.list(low), high = as.list(high))
  }
  odds <- prevalence / (1 - prevalence)
  list(
    prevalence = as.list(prevalence),
    ppv = curve(table$tp, n_positive, table$fp, n_negative, odds),
    npv = curve(table$tn, n_negative, table$fn, n_positive, 1 / odds),
    table = table, sensitivity = table$tp / n_positive, specificity = table$tn / n_negative,
    sample_prevalence = n_positive / (n_positive + n_negative)
  )
}

prevalence_curves <- function(cases, column, direction, resolution, cutoff, prevalences, band, level) {
  rule <- fixed_rule(cases, column, direction, resolution, cutoff)
  table <- classify_at(rule$marker, rule$positive, rule$cutoff, direction)
  curve <- prevalence_curve(table, seq(0.01, 0.99, length.out = 99), band, level)
  list(
    cutoff = rule$cutoff, curve = curve,
    at = prevalence_curve(table, c(prevalences, curve$sample_prevalence), band, level),
    n = length(rule$marker), n_missing = rule$n_missing
  )
}

# The interval of a difference of two independent shares from their Wilson limits. Newcombe 1998, method 10.
newcombe <- function(first, n_first, second, n_second, level) {
  p <- first / n_first
  q <- second / n_second
  one <- wilson(first, n_first, level)
  other <- wilson(second, n_second, level)
  interval(p - q - sqrt((p - one$low)^2 + (other$high - q)^2), p - q + sqrt((one$high - p)^2 + (q - other$low)^2))
}

# A cut-off of another study on these cases, beside what was printed there (NA: not printed).
external_cutoff <- function(cases, column, direction, resolution, cutoff, printed, n_there, method, level) {
  rule <- fixed_rule(cases, column, direction, resolution, cutoff)
  table <- classify_at(rule$marker, rule$positive, rule$cutoff, direction)
  side <- function(right, n, printed, n_there) {
    found <- list(here = proportion(right, n, method, level), printed = printed, difference = right / n - printed)
    if (!is.na(printed) && !is.na(n_there)) {
      count <- round(printed * n_there)
      found$printed_count <- count
      found$printed_n <- n_there
      found$difference <- right / n - count / n_there
      found$difference_interval <- newcombe(right, n, count, n_there, level)
      found$p_value <- fisher.test(matrix(c(right, n - right, count, n_there - count), 2))$p.value
    }
    found
  }
  list(
    result = list(
      cutoff = cutoff, table = table,
      sensitivity = side(table$tp, table$tp + table$fn, printed[1], n_there[1]),
      specificity = side(table$tn, table$tn + table$fp, printed[2], n_there[2])
    ),
    n = length(rule$marker), n_missing = rule$n_missing
  )
}
