# What the log-linear ADC fit of the QIBA digital reference object gives on average, by simulation in R.
# Each weighted image is the geometric mean of three magnitudes with Rician noise (standard deviation 10 in
# a channel), rounded to whole numbers; ADC is minus the slope of lm's normal equations of ln S on b.
# For tests/study/phantoms/test_reference_object.py. From the repository root:
# Rscript tests/oracles/reference_object.R > tests/oracles/reference_object.json
suppressPackageStartupMessages(library(jsonlite))
set.seed(20260101)
n <- 200000
sigma <- 10
rician <- function(signal) sqrt((signal + rnorm(n, 0, sigma))^2 + rnorm(n, 0, sigma)^2)
image <- function(signal, directions) {
  log_sum <- 0
  for (i in seq_len(directions)) log_sum <- log_sum + log(rician(signal))
  round(exp(log_sum / directions))
}
simulate <- function(snr, adc, b) {
  s0 <- snr * sigma
  images <- sapply(b, function(one) image(s0 * exp(-one * adc), if (one == 0) 1 else 3))
  usable <- rowSums(images <= 0) == 0
  weight <- (b - mean(b)) / sum((b - mean(b))^2)
  fitted <- -as.vector(log(images[usable, ]) %*% weight)
  list(snr = snr, adc = adc, b_values = b, mean = mean(fitted), sd = sd(fitted), n = length(fitted))
}
b <- c(0, 100, 500, 800)
cells <- list()
for (snr in c(15, 30, 60, 100)) for (adc in c(0.5e-3, 1.1e-3, 1.9e-3, 2.9e-3))
  cells[[length(cells) + 1]] <- simulate(snr, adc, b)
cat(toJSON(list(tool = "R", version = R.version.string,
                command = "Rscript tests/oracles/reference_object.R > tests/oracles/reference_object.json", n = n, cells = cells),
           auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n", sep = "")
