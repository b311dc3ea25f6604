# Make region.json: Rscript tests/oracles/region.R > tests/oracles/region.json
# Base R only. Skewness g1 and excess kurtosis g2 are population moments, written out; quantile() is type 7.
set.seed(11)
samples <- list(
  lesion = round(rnorm(57, 1.1e-3, 2.5e-4), 7),
  skewed = round(rgamma(200, 4, 4000), 8),
  ties = c(rep(1.0e-3, 4), rep(1.2e-3, 3), 0.9e-3, 1.5e-3),
  two = c(0.8e-3, 1.3e-3),
  negative = c(-2e-5, 1e-5, 3e-5, 9e-5, 2e-4)
)
number <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
entropy <- function(x, width) {
  p <- table(floor(x / width + 1e-9)) / length(x)
  -sum(p * log2(p))
}
one <- function(name) {
  x <- samples[[name]]
  gap <- x - mean(x)
  m2 <- mean(gap^2)
  fields <- c(
    mean = mean(x), sd = sd(x), skewness = mean(gap^3) / m2^1.5, kurtosis = mean(gap^4) / m2^2 - 3,
    entropy_bits = entropy(x, 25e-6)
  )
  q <- quantile(x, c(0.05, 0.1, 0.25, 0.5, 0.75, 0.9), type = 7, names = FALSE)
  figures <- paste(sprintf("\"%s\": %.17g", names(fields), fields), collapse = ", ")
  sprintf("{\"name\": \"%s\", \"values\": %s, %s, \"percentiles\": %s}", name, number(x), figures, number(q))
}
cat(sprintf(
  "{\"tool\": \"R\", \"version\": \"%s\", \"command\": \"Rscript tests/oracles/region.R > tests/oracles/region.json\", \"cases\": [%s]}\n",
  paste(R.version$major, R.version$minor, sep = "."), paste(sapply(names(samples), one), collapse = ",\n")
))
