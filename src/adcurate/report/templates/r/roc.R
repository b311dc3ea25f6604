# ---- ROC curve and its area ----
#
# direction "low": low values are positive, and a case is called positive when marker <= cut-off;
# direction "high": high values are, and it is called positive when marker >= cut-off.

# Positives and negatives at each distinct value, from the most to the least suspicious.
count_by_value <- function(marker, positive, direction) {
  values <- sort(unique(marker), decreasing = direction == "high")
  level <- match(marker, values)
  list(
    values = values,
    positives = tabulate(level[positive], length(values)),
    negatives = tabulate(level[!positive], length(values)),
    level = level
  )
}

# What would every cut-off have done? One point for each distinct value, and one where nobody is positive.
roc_points <- function(marker, positive, direction) {
  counts <- count_by_value(marker, positive, direction)
  nobody <- if (direction == "low") -Inf else Inf
  data.frame(
    cutoff = c(nobody, counts$values),
    sensitivity = c(0, cumsum(counts$positives)) / sum(positive),
    specificity = 1 - c(0, cumsum(counts$negatives)) / sum(!positive)
  )
}

rows_of <- function(table) lapply(seq_len(nrow(table)), function(i) as.list(table[i, ]))

# How well does the marker separate the classes? The share of pairs (a positive and a negative) in which the
# positive is the more suspicious, a tie counting half. Standard error and test of 1/2: DeLong, DeLong and
# Clarke-Pearson 1988.
roc_area <- function(marker, positive, direction) {
  place <- placements(marker, positive, direction)
  n_positive <- sum(positive)
  n_negative <- sum(!positive)
  suspicion <- if (direction == "low") -marker else marker
  difference <- outer(suspicion[positive], suspicion[!positive], "-")
  concordant <- sum(difference > 0)
  tied <- sum(difference == 0)
  auc <- (concordant + tied / 2) / (n_positive * n_negative)
  se <- sqrt(sum((place$positives - auc)^2) / (n_positive - 1) / n_positive +
             sum((place$negatives - auc)^2) / (n_negative - 1) / n_negative)
  list(
    auc = auc, standard_error = se, p_value = if (is.finite(se) && se > 0) 2 * pnorm(-abs(auc - 0.5) / se) else NaN,
    concordant_pairs = concordant, tied_pairs = tied, n_positive = n_positive, n_negative = n_negative
  )
}

# The share of the other class that each case is ranked rightly against, a tie counting half.
placements <- function(marker, positive, direction) {
  suspicion <- if (direction == "low") -marker else marker
  difference <- outer(suspicion[positive], suspicion[!positive], "-")
  right <- (difference > 0) + (difference == 0) / 2
  list(positives = rowMeans(right), negatives = colMeans(right))
}

# The area in resamples of positives and of negatives.
auc_replicates <- function(marker, positive, direction, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  n_positive <- sum(positive)
  n_negative <- sum(!positive)
  in_blocks(n_resamples, 2 * length(counts$values), function(k) {
    positives <- draw_counts(n_positive, k, counts$positives)
    negatives <- draw_counts(n_negative, k, counts$negatives)
    less_suspicious <- n_negative - running_sums(negatives)
    colSums(positives * (less_suspicious + negatives / 2)) / (n_positive * n_negative)
  })
}

# Intervals of the area.
#   delong                area +- z standard errors, cut at 0 and 1
#   exact-binomial        Clopper and Pearson 1934 for area * n of n cases, as MedCalc prints
#   percentile-bootstrap, bca-bootstrap   positives and negatives drawn apart, as pROC does
auc_interval <- function(marker, positive, direction, method, level, n_resamples) {
  area <- roc_area(marker, positive, direction)
  if (method == "delong") {
    half <- qnorm((1 + level) / 2) * area$standard_error
    return(interval(max(0, area$auc - half), min(1, area$auc + half)))
  }
  n <- length(marker)
  if (method == "exact-binomial") return(clopper_pearson(area$auc * n, n, level))
  replicates <- auc_replicates(marker, positive, direction, n_resamples)
  if (method == "percentile-bootstrap") return(percentile_interval(replicates, level))
  # The area without each case in turn.
  place <- placements(marker, positive, direction)
  without <- function(own, n) if (n == 1) NA else (n * area$auc - own) / (n - 1)
  bca_interval(area$auc, replicates, c(without(place$positives, sum(positive)), without(place$negatives, sum(!positive))), level)
}
