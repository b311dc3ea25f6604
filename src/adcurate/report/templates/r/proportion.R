# ---- A share of cases ----

# Clopper and Pearson 1934, by quantiles of the beta distribution; binom.test for whole counts.
clopper_pearson <- function(count, n, level) {
  if (n == 0) return(interval(NaN, NaN))
  tail <- (1 - level) / 2
  interval(
    if (count <= 0) 0 else qbeta(tail, count, n - count + 1),
    if (count >= n) 1 else qbeta(1 - tail, count + 1, n - count)
  )
}

# Wilson 1927, the score interval; prop.test(correct = FALSE).
wilson <- function(count, n, level) {
  if (n == 0) return(interval(NaN, NaN))
  z2 <- qnorm((1 + level) / 2)^2
  share <- count / n
  centre <- (share + z2 / (2 * n)) / (1 + z2 / n)
  half <- sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n^2))) / (1 + z2 / n)
  interval(if (count <= 0) 0 else centre - half, if (count >= n) 1 else centre + half)
}

proportion <- function(count, n, method, level) {
  limits <- if (method == "wilson") wilson(count, n, level) else clopper_pearson(count, n, level)
  list(value = if (n > 0) count / n else NaN, numerator = count, denominator = n, interval = limits)
}
