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

# A share p that was found in R replicates: between which shares another bootstrap would find it. Wilson's limits
# with four standard errors, times sqrt(2) for the difference of two bootstraps; they hold near 0 and 1 as well.
reach_of_share <- function(p, n_replicates) {
  c2 <- 2 * 4^2 / n_replicates
  centre <- (p + c2 / 2) / (1 + c2)
  half <- sqrt(c2 * p * (1 - p) + c2^2 / 4) / (1 + c2)
  c(max(0, centre - half), min(1, centre + half))
}

# The p-quantile of replicates, and how far that of another bootstrap may lie from it. `between` are the shares
# between which p itself may lie (BCa estimates it).
limit <- function(replicates, p, between = c(p, p)) {
  n <- length(replicates)
  at <- normal_scale_quantile(replicates, p)
  lowest <- floor((n + 1) * reach_of_share(min(between), n)[1]) - 1
  highest <- ceiling((n + 1) * reach_of_share(max(between), n)[2]) + 1
  outermost <- sort(replicates)[pmin(pmax(c(lowest, highest), 1), n)]
  monte_carlo(at, max(abs(outermost - at)))
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
  # The shares at which the limits are read, for a given bias; NULL where the acceleration turns a tail over.
  shares <- function(bias) {
    shifted <- bias + qnorm(c(tail, 1 - tail))
    slack <- 1 - acceleration * shifted
    if (any(slack <= 0)) NULL else pnorm(bias + shifted / slack)
  }
  p <- shares(bias)
  if (is.null(p)) return(percentile_interval(replicates, level))
  # The bias is itself estimated from the replicates, and its error moves both limits.
  others <- lapply(qnorm(reach_of_share(below, length(replicates))), shares)
  moved <- function(i) c(p[i], unlist(lapply(others, function(other) other[i])))
  interval(limit(replicates, p[1], moved(1)), limit(replicates, p[2], moved(2)))
}

# A count of resamples of which something is true, each with probability `share`.
monte_carlo_count <- function(count, n_resamples, share = (count + 1) / n_resamples) {
  monte_carlo(count, 4 * sqrt(2 * n_resamples * share) + 2)
}
