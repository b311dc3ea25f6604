# ---- The cut-off of greatest Youden index ----

# J times the number of pairs at each cut-off, in whole numbers (so that ties are exact), for every column of
# counts; -1 at values that nobody has.
youden_scores <- function(positives, negatives) {
  true_positives <- running_sums(positives)
  false_positives <- running_sums(negatives)
  last <- nrow(positives)
  scores <- sweep(true_positives, 2, false_positives[last, ], "*") - sweep(false_positives, 2, true_positives[last, ], "*")
  scores[positives + negatives == 0] <- -1
  scores
}

# Cut-off and J of every column of counts: the first maximum, which calls the fewest cases positive.
youden_of_resamples <- function(values, positives, negatives) {
  scores <- youden_scores(positives, negatives)
  best <- max.col(t(scores), ties.method = "first")
  pairs <- colSums(positives) * colSums(negatives)
  j <- scores[cbind(best, seq_along(best))] / pairs
  list(cutoff = ifelse(pairs > 0, values[best], NA), j = ifelse(pairs > 0, j, NA))
}

# Which cut-off has the greatest sensitivity + specificity - 1? Youden 1950. The cut-off is an observed value;
# of several with the same J the most specific one is taken.
youden <- function(marker, positive, direction) {
  counts <- count_by_value(marker, positive, direction)
  positives <- matrix(counts$positives)
  negatives <- matrix(counts$negatives)
  best <- youden_of_resamples(counts$values, positives, negatives)
  scores <- youden_scores(positives, negatives)[, 1]
  list(cutoff = best$cutoff, j = best$j, tied_cutoffs = as.list(counts$values[scores == max(scores)]))
}

# How far does the choice move from sample to sample? Cases drawn with replacement, not within classes; a
# resample of one class only is left out and counted.
youden_interval <- function(marker, positive, direction, method, level, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  n <- length(marker)
  n_values <- length(counts$values)
  both <- c(counts$positives, counts$negatives)
  of_columns <- function(drawn) {
    youden_of_resamples(counts$values, drawn[seq_len(n_values), , drop = FALSE], drawn[-seq_len(n_values), , drop = FALSE])
  }
  replicates <- in_blocks(n_resamples, length(both), function(k) of_columns(draw_counts(n, k, both)))
  best <- youden(marker, positive, direction)
  dropped <- sum(is.na(replicates$j))
  one_class <- mean(positive)^n + mean(!positive)^n
  if (method == "bca-bootstrap") {
    cell <- counts$level + ifelse(positive, 0, n_values)
    without_one <- matrix(both, length(both), n)
    without_one[cbind(cell, seq_len(n))] <- without_one[cbind(cell, seq_len(n))] - 1
    jackknife <- of_columns(without_one)
    cutoff <- bca_interval(best$cutoff, replicates$cutoff, jackknife$cutoff, level)
    j <- bca_interval(best$j, replicates$j, jackknife$j, level)
  } else {
    cutoff <- percentile_interval(replicates$cutoff, level)
    j <- percentile_interval(replicates$j, level)
  }
  list(cutoff = cutoff, j = j, n_dropped = monte_carlo_count(dropped, n_resamples, one_class))
}
