# Spearman's rho, its p-value and intervals, and bootstrap intervals of frozen replicates,
# for tests/statistics/test_correlation.py and test_resampling.py.
# From the repository root: Rscript tests/oracles/correlation.R > tests/oracles/correlation.json
suppressMessages({ library(boot); library(jsonlite) })

command <- "Rscript tests/oracles/correlation.R > tests/oracles/correlation.json"
arguments <- commandArgs(trailingOnly = TRUE)
cohort_file <- if (length(arguments)) arguments[1] else "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
cohort <- read.csv(cohort_file, check.names = FALSE)

limits <- function(rho, widening, n, level) {
  tanh(atanh(rho) + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(widening / (n - 3)))
}

spearman <- function(name, x, y, level = 0.95) {
  test <- suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE))
  rho <- unname(test$estimate)
  closed <- abs(rho) < 1 - 1e-12
  list(name = name, x = I(x), y = I(y), level = level, rho = rho, p_value = test$p.value,
       fisher_z = if (closed) limits(rho, 1, length(x), level),
       fisher_z_106 = if (closed) limits(rho, 1.06, length(x), level),
       bonett_wright = if (closed) limits(rho, 1 + rho^2 / 2, length(x), level))
}

resampled <- function(name, cases, statistic, n_resamples, level, keep_indices = FALSE) {
  b <- boot(cases, statistic, R = n_resamples)
  left_out <- sapply(seq_len(nrow(cases)), function(i) statistic(cases, setdiff(seq_len(nrow(cases)), i)))
  # Efron's influence, centred on the jackknife mean; boot's own empinf(type = "jack") centres on the estimate.
  ci <- boot.ci(b, conf = level, type = c("perc", "bca"), L = (nrow(cases) - 1) * (mean(left_out) - left_out))
  list(name = name, level = level, estimate = b$t0, replicates = I(b$t[, 1]), jackknife = I(left_out),
       cases = I(as.matrix(unname(cases))), indices = if (keep_indices) boot.array(b, indices = TRUE) - 1,
       percentile = ci$percent[4:5], bca = ci$bca[4:5])
}

# Rounded, so that mathematically equal replicates are equal numbers to boot's strict comparison too.
rho_of <- function(d, i) round(cor(d[i, 1], d[i, 2], method = "spearman"), 12)

set.seed(606)
n <- 30
latent <- rnorm(n)
set.seed(607)
pairs <- data.frame(x = round(rnorm(14), 1), y = sample(1:3, 14, TRUE))
skewed <- data.frame(x = round(rexp(25), 3))
grade <- as.integer(substr(cohort$who_grade, 2, 2))

correlations <- list(
  spearman("untied", round(latent, 5), round(-0.6 * latent + rnorm(n), 5)),
  spearman("ties in both", round(latent, 1), round(latent + rnorm(n))),
  spearman("ordinal", round(latent, 2), sample(1:3, n, TRUE), 0.9),
  spearman("four pairs", c(1, 2, 3, 4), c(1, 3, 2, 4)),
  spearman("perfect, rising", c(1, 2, 3, 4, 5), c(2, 4, 4.5, 8, 9)),
  spearman("two values only", c(0, 0, 1, 1, 0, 1, 1), c(1, 0, 1, 1, 0, 0, 1)),
  spearman("reconstructed cohort, avg", cohort[["avg_adc_1e-3_mm2_s"]], grade),
  spearman("reconstructed cohort, min", cohort[["min_adc_1e-3_mm2_s"]], grade))
bootstraps <- list(
  resampled("spearman with ties", pairs, rho_of, 199, 0.9, keep_indices = TRUE),
  resampled("spearman, between order statistics", pairs, rho_of, 500, 0.95),
  resampled("skewed mean", skewed, function(d, i) mean(d[i, 1]), 999, 0.95),
  resampled("skewed variance", skewed, function(d, i) var(d[i, 1]), 1000, 0.9),
  resampled("median, few distinct values", skewed, function(d, i) median(d[i, 1]), 400, 0.95))

cat(toJSON(list(
  tool = "R", version = as.character(getRversion()),
  packages = list(boot = as.character(packageVersion("boot"))), command = command,
  correlations = correlations, bootstraps = bootstraps), digits = I(17), auto_unbox = TRUE, null = "null"), "\n")
