# ---- Bootstrap intervals ----
#
# A resample is how often each case was drawn: a matrix of counts, one column a resample. `statistic` turns
# such a matrix into one number a column, so that nothing loops over resamples.

# Counts of n cases drawn with replacement, each as likely (or, with `shares`, in proportion to them).
draw_counts <- function(n, n_resamples, shares = rep(1, n)) rmultinom(n_resamples, sum(shares), shares)

# Evaluate `replicate(k)`, which makes k replicates, in blocks that fit into memory.
in_blocks <- function(n_resamples, n, replicate) {
  size <- max(1, floor(4e6 / n))
  blocks <- c(rep(size, n_resamples %/% size), n_resamples %% size)
  blocks <- blocks[blocks > 0]
  if (length(blocks) == 1) return(replicate(blocks))
  parts <- lapply(blocks, replicate)
  if (is.list(parts[[1]])) return(do.call(Map, c(list(f = c), parts)))
  do.call(c, parts)
}

# Running sums down each column.
running_sums <- function(counts) {
  for (i in seq_len(nrow(counts))[-1]) counts[i, ] <- counts[i, ] + counts[i - 1, ]
  counts
}

# The p-quantile of replicates: position (R + 1) p, interpolated on the normal quantile scale.
# Davison and Hinkley 1997, equation 5.8; the same as boot::boot.ci.
normal_scale_quantile <- function(replicates, p) {
  ordered <- sort(replicates)
  n <- length(ordered)
  position <- pmin(pmax((n + 1) * p, 1), n)
  lower <- pmin(floor(position), n - 1)
  inner <- pmin(pmax(p, 1 / (n + 1)), n / (n + 1))
  share <- (qnorm(inner) - qnorm(lower / (n + 1))) / (qnorm((lower + 1) / (n + 1)) - qnorm(lower / (n + 1)))
  ordered[lower] + share * (ordered[lower + 1] - ordered[lower])
}

# How far the p-quantile of this many replicates may lie from that of another bootstrap. The share of
# replicates below a limit has the standard error sqrt(p (1 - p) / R), to which BCa adds that of its own p
# (`extra`); four times that, times sqrt(2) for the difference of two bootstraps, read off the replicates.
limit <- function(replicates, p, extra = 0) {
  at <- normal_scale_quantile(replicates, p)
  reach <- 4 * sqrt(2) * (sqrt(p * (1 - p) / length(replicates)) + extra)
  around <- normal_scale_quantile(replicates, pmin(pmax(p + c(-reach, reach), 0), 1))
  monte_carlo(at, max(abs(around - at)))
}

# Percentile interval. Efron and Tibshirani 1993, chapter 13.
percentile_interval <- function(replicates, level) {
  replicates <- replicates[is.finite(replicates)]
  tail <- (1 - level) / 2
  interval(limit(replicates, tail), limit(replicates, 1 - tail))
}

# Bias-corrected and accelerated interval. Efron 1987. A replicate that equals the estimate counts half in
# the bias (as in scipy.stats.bootstrap; boot::boot.ci does not count it). `jackknife` holds the statistic
# without each case in turn. Where a correction is infinite it is the percentile interval.
bca_interval <- function(estimate, replicates, jackknife, level) {
  replicates <- replicates[is.finite(replicates)]
  tail <- (1 - level) / 2
  # Equal statistics of different resamples may differ in their last bits: those are ties.
  equal <- 1e-12 * max(abs(estimate), abs(replicates))
  below <- mean(replicates < estimate - equal) + mean(abs(replicates - estimate) <= equal) / 2
  if (below <= 0 || below >= 1) return(percentile_interval(replicates, level))
  bias <- qnorm(below)
  jackknife <- jackknife[is.finite(jackknife)]
  influence <- mean(jackknife) - jackknife
  spread <- sum(influence^2)
  acceleration <- 0
  if (length(jackknife) > 0 && spread > (1e-12 * max(abs(jackknife)))^2) {
    acceleration <- sum(influence^3) / (6 * spread^1.5)
  }
  shifted <- bias + qnorm(c(tail, 1 - tail))
  slack <- 1 - acceleration * shifted
  if (any(slack <= 0)) return(percentile_interval(replicates, level))
  z <- bias + shifted / slack
  # The bias is itself estimated from the replicates; its standard error moves both limits.
  bias_error <- sqrt(below * (1 - below) / length(replicates)) / dnorm(bias)
  extra <- dnorm(z) * (1 + 1 / slack^2) * bias_error
  interval(limit(replicates, pnorm(z[1]), extra[1]), limit(replicates, pnorm(z[2]), extra[2]))
}

# A count of resamples of which something is true, each with probability `share`.
monte_carlo_count <- function(count, n_resamples, share = (count + 1) / n_resamples) {
  monte_carlo(count, 4 * sqrt(2 * n_resamples * share) + 2)
}
