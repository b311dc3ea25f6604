# Agreement in categories: Cohen's kappa, plain and weighted (psych and vcd, and the formulas of Fleiss, Cohen
# and Everitt 1969, which alone give the standard error under zero; the variance of psych's weighted kappa is
# left out: it takes row sums of the weights where the paper has weighted means, and vcd has those too), and
# Fleiss' kappa (Fleiss 1971; tests of Fleiss, Nee and Landis 1979; variance of Gwet 2008), for
# tests/statistics/agreement/.
# From the repository root: Rscript tests/oracles/agreement_kappa.R > tests/oracles/agreement_kappa.json
suppressMessages({ library(psych); library(vcd); library(jsonlite) })

command <- "Rscript tests/oracles/agreement_kappa.R > tests/oracles/agreement_kappa.json"

by_hand <- function(p, n, w) {
  r <- rowSums(p); c <- colSums(p); po <- sum(w * p); pe <- sum(w * outer(r, c)); k <- (po - pe) / (1 - pe)
  row_mean <- as.vector(w %*% c); column_mean <- as.vector(r %*% w); a <- 0; b <- 0
  for (i in seq_along(r)) for (j in seq_along(c)) {
    a <- a + p[i, j] * (w[i, j] * (1 - pe) - (row_mean[i] + column_mean[j]) * (1 - po))^2
    b <- b + r[i] * c[j] * (w[i, j] - (row_mean[i] + column_mean[j]))^2
  }
  variance <- (a - (po * pe - 2 * pe + po)^2) / (n * (1 - pe)^4)
  c(k, sqrt(max(variance, 0)), sqrt((b - pe^2) / (n * (1 - pe)^2)), po, pe)
}

one_pair <- function(name, counts) {
  n <- sum(counts); size <- nrow(counts); apart <- abs(outer(1:size, 1:size, "-")) / (size - 1)
  quadratic <- suppressWarnings(suppressMessages(cohen.kappa(counts)))
  linear <- suppressWarnings(suppressMessages(cohen.kappa(counts, w = 1 - apart)))
  of_vcd <- lapply(c("Equal-Spacing", "Fleiss-Cohen"), function(w) suppressWarnings(Kappa(counts, weights = w)))
  list(name = name, counts = counts,
       none = by_hand(counts / n, n, diag(size)), linear = by_hand(counts / n, n, 1 - apart),
       quadratic = by_hand(counts / n, n, 1 - apart^2),
       psych = c(quadratic$kappa, linear$weighted.kappa, quadratic$weighted.kappa, quadratic$var.kappa),
       vcd = c(of_vcd[[1]]$Unweighted, of_vcd[[1]]$Weighted, of_vcd[[2]]$Weighted))
}

fleiss <- function(counts) {
  n <- nrow(counts); m <- sum(counts[1, ]); p <- colSums(counts) / (n * m)
  overall <- function(counts) {
    p <- colSums(counts) / (n * m); pa_i <- (rowSums(counts^2) - m) / (m * (m - 1)); pe <- sum(p^2)
    pa <- mean(pa_i); k <- (pa - pe) / (1 - pe); k_i <- (pa_i - pe) / (1 - pe)
    pe_i <- as.vector(counts %*% p) / m; x <- k_i - 2 * (1 - k) * (pe_i - pe) / (1 - pe)
    c(k, sqrt(sum((x - k)^2) / (n - 1) / n))
  }
  q <- 1 - p
  se0 <- sqrt(2) / (sum(p * q) * sqrt(n * m * (m - 1))) * sqrt(sum(p * q)^2 - sum(p * q * (q - p)))
  each <- sapply(seq_along(p), function(j) {
    if (p[j] %in% c(0, 1)) c(NA, NA) else overall(cbind(counts[, j], m - counts[, j]))
  })
  list(counts = counts, overall = c(overall(counts), se0), each = t(each), each_null = sqrt(2 / (n * m * (m - 1))))
}

set.seed(20240502)
readings <- function(n, size, noise) {
  x <- rnorm(n); cut_at <- qnorm(seq_len(size - 1) / size)
  sapply(1:2, function(j) findInterval(x + rnorm(n, 0, noise), cut_at) + 1)
}
pairs <- list(
  one_pair("Fleiss, Cohen and Everitt 1969, example (shares of 200)", rbind(c(106, 10, 4), c(22, 28, 10), c(2, 12, 6))),
  one_pair("a rare category", rbind(c(2, 3), c(2, 93))),
  one_pair("no agreement", rbind(c(0, 5), c(5, 0))))
while (length(pairs) < 203) {
  size <- sample(2:5, 1); x <- readings(sample(5:60, 1), size, sample(c(0.2, 0.6, 2), 1))
  counts <- unclass(table(factor(x[, 1], 1:size), factor(x[, 2], 1:size))); dimnames(counts) <- NULL
  if (sum(rowSums(counts) + colSums(counts) > 0) < size) next
  pairs[[length(pairs) + 1]] <- one_pair(paste("random", length(pairs) - 2), counts)
}

several <- list()
while (length(several) < 120) {
  size <- sample(2:5, 1); n <- sample(4:30, 1); m <- sample(2:6, 1)
  x <- rnorm(n); cut_at <- qnorm(seq_len(size - 1) / size)
  noise <- sample(c(0.3, 1, 3), 1)
  calls <- sapply(seq_len(m), function(j) findInterval(x + rnorm(n, 0, noise), cut_at) + 1)
  counts <- t(apply(calls, 1, function(row) tabulate(row, size)))
  if (max(colSums(counts)) == n * m) next
  several[[length(several) + 1]] <- fleiss(counts)
}

cat(toJSON(list(tool = "R", version = as.character(getRversion()),
                packages = list(psych = as.character(packageVersion("psych")),
                                vcd = as.character(packageVersion("vcd"))), command = command,
                pairs = pairs, fleiss = several), digits = I(15), auto_unbox = TRUE, na = "string"), "\n")
