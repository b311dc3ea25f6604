# ---- Groups ----

# What do the values of a group say? Mean, standard deviation (n - 1) and percentiles by rule 5 (MedCalc),
# 6 (SPSS) or 7 (R's own default). Hyndman and Fan, Am Stat 1996;50:361.
summarize_group <- function(values, percentile_type) {
  quartiles <- quantile(values, c(0.25, 0.5, 0.75), type = percentile_type, names = FALSE)
  list(
    n = length(values), mean = mean(values), sd = sd(values), median = quartiles[2], q1 = quartiles[1],
    q3 = quartiles[3], iqr = quartiles[3] - quartiles[1], minimum = min(values), maximum = max(values)
  )
}

# Sum of t^3 - t over groups of t tied values.
tie_excess <- function(values) {
  sizes <- as.numeric(table(values))
  sum(sizes^3 - sizes)
}

# Sample variance of the pooled midranks.
rank_variance <- function(values) {
  n <- length(values)
  n * (n + 1) / 12 - tie_excess(values) / (12 * (n - 1))
}

# Do values of one group tend to be larger than those of the other? Mann-Whitney test, two-sided.
# Mann and Whitney 1947; exact with ties as in Streitberg and Roehmel 1986 (coin::wilcox_test).
mann_whitney <- function(x, y, method) {
  n_x <- length(x)
  n_y <- length(y)
  pooled <- c(x, y)
  ranks <- rank(pooled)
  rank_sum <- sum(ranks[seq_len(n_x)])
  u_x <- rank_sum - n_x * (n_x + 1) / 2
  distance <- u_x - n_x * n_y / 2
  if (method == "asymptotic-continuity") distance <- sign(distance) * max(abs(distance) - 0.5, 0)
  z <- distance / sqrt(rank_variance(pooled) * n_x * n_y / (n_x + n_y))
  p_value <- if (method == "exact") {
    exact_rank_sum_p(ranks, n_x)
  } else {
    wilcox.test(x, y, exact = FALSE, correct = method == "asymptotic-continuity")$p.value
  }
  list(
    u_x = u_x, u_y = n_x * n_y - u_x, mean_rank_x = rank_sum / n_x,
    mean_rank_y = (sum(ranks) - rank_sum) / n_y, z = z, p_value = p_value, n_x = n_x, n_y = n_y
  )
}

# The share of all ways to choose the first group's midranks whose sum lies at least as far from its
# expectation. Cases are taken one by one: table[k + 1, s + 1] is the probability that k of the cases so far
# are in the first group and that their (whole) ranks sum to s.
exact_rank_sum_p <- function(ranks, n_first) {
  whole <- round(2 * ranks)
  whole <- whole - min(whole)
  step <- Reduce(function(a, b) { while (b > 0) { r <- a %% b; a <- b; b <- r }; a }, whole)
  whole <- whole / max(step, 1)
  n <- length(whole)
  first <- seq_len(n) <= n_first
  if (2 * n_first > n) first <- !first   # the smaller group has the smaller table
  m <- sum(first)
  observed <- sum(whole[first])
  whole <- sort(whole)
  most <- sum(tail(whole, m))
  table <- matrix(0, m + 1, most + 1)
  table[1, 1] <- 1
  reached <- 0
  for (i in seq_len(n)) {
    r <- whole[i]
    rows <- min(i - 1, m) + 1
    reached <- min(reached + r, most)
    held <- table[seq_len(rows), seq_len(reached - r + 1), drop = FALSE]
    taken <- (m - seq_len(rows) + 1) / (n - i + 1)
    taken <- pmin(pmax(taken, 0), 1)
    table[seq_len(rows), seq_len(reached - r + 1)] <- held * (1 - taken)
    up <- min(rows, m)
    to <- r + seq_len(reached - r + 1)
    table[1 + seq_len(up), to] <- table[1 + seq_len(up), to] + (held * taken)[seq_len(up), , drop = FALSE]
  }
  distance <- abs((seq_len(most + 1) - 1) * n - m * sum(whole))
  min(1, sum(table[m + 1, distance >= abs(observed * n - m * sum(whole))]))
}

# Does any of several groups tend to larger values? Kruskal-Wallis test, tie-corrected, by chi-squared.
# Kruskal and Wallis 1952.
kruskal_wallis <- function(values, order) {
  test <- kruskal.test(values, factor(order))
  n <- length(values)
  list(
    h = unname(test$statistic), df = unname(test$parameter), p_value = test$p.value, n = n,
    sizes = as.list(as.numeric(table(order))),
    mean_ranks = as.list(as.numeric(tapply(rank(values), order, mean))),
    tie_correction = 1 - tie_excess(values) / (n^3 - n)
  )
}

# Which groups differ? Dunn's test of each pair on the ranks of all groups together (as SPSS does after
# Kruskal-Wallis; not a Mann-Whitney test of the pair). Dunn 1964; Holm 1979.
dunn <- function(values, order, adjust) {
  sizes <- as.numeric(table(order))
  mean_ranks <- as.numeric(tapply(rank(values), order, mean))
  pairs <- combn(length(sizes), 2)
  i <- pairs[1, ]
  j <- pairs[2, ]
  z <- (mean_ranks[i] - mean_ranks[j]) / sqrt(rank_variance(values) * (1 / sizes[i] + 1 / sizes[j]))
  p <- 2 * pnorm(-abs(z))
  adjusted <- p.adjust(p, adjust)
  lapply(seq_along(z), function(k) list(z = z[k], p_unadjusted = p[k], p_value = adjusted[k]))
}
