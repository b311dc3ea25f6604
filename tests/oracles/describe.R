# Means, SDs and percentiles by rules 5, 6 and 7, for tests/statistics/test_describe.py.
# From the repository root: Rscript tests/oracles/describe.R > tests/oracles/describe.json
suppressMessages(library(jsonlite))

command <- "Rscript tests/oracles/describe.R > tests/oracles/describe.json"
percents <- c(0, 1, 5, 10, 25, 33.3, 50, 75, 90, 97.5, 100)

describe <- function(name, x) list(
  name = name, values = I(x), mean = mean(x), sd = if (length(x) > 1) sd(x) else NULL,
  type_5 = I(unname(quantile(x, percents / 100, type = 5))),
  type_6 = I(unname(quantile(x, percents / 100, type = 6))), type_7 = I(unname(quantile(x, percents / 100, type = 7))))

set.seed(47)
cat(toJSON(list(
  tool = "R", version = as.character(getRversion()), command = command, percents = percents,
  groups = list(
    describe("one", 0.9), describe("two", c(1.2, 0.7)), describe("three", c(1, 5, 2)),
    describe("all equal", rep(0.8, 6)), describe("nine with ties", round(rnorm(9, 0.76, 0.15), 1)),
    describe("seventeen", round(rnorm(17, 1.08, 0.28), 3)), describe("forty-seven", round(rnorm(47, 1.1, 0.3), 3)),
    describe("large offset", 1e6 + round(rnorm(20), 3)))),
  digits = I(17), auto_unbox = TRUE, null = "null"), "\n")
