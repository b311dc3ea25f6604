# Least squares and one-way analysis of variance by lm and aov, for tests/statistics/models/test_linear.py.
# From the repository root: Rscript tests/oracles/linear.R > tests/oracles/linear.json
suppressMessages(library(jsonlite))

command <- "Rscript tests/oracles/linear.R > tests/oracles/linear.json"

fitted_model <- function(x, y, intercept = TRUE) {
  fit <- if (intercept) lm(y ~ x) else lm(y ~ x - 1)
  s <- summary(fit)
  list(x = x, y = I(y), intercept = intercept, table = unname(s$coefficients), interval = unname(confint(fit)),
       sd = s$sigma, r_squared = s$r.squared, adjusted = s$adj.r.squared, f = unname(s$fstatistic[1]),
       p_value = unname(pf(s$fstatistic[1], s$fstatistic[2], s$fstatistic[3], lower.tail = FALSE)))
}
anova_table <- function(y, g) {
  a <- summary(aov(y ~ factor(g)))[[1]]
  list(y = I(y), g = I(g), between = a[1, 2], within = a[2, 2], f = a[1, 4], p_value = a[1, 5])
}
set.seed(18050101)
models <- lapply(1:200, function(i) {
  n <- sample(8:20, 1)
  p <- sample(1:3, 1)
  fitted_model(matrix(round(rnorm(n * p, sample(c(0, 1, 100), 1)), 3), n), round(rnorm(n), 3), i %% 4 != 0)
})
tables <- lapply(1:200, function(i) {
  g <- c(1, 1, 2, 3, sample(1:3, sample(3:12, 1), replace = TRUE))
  anova_table(round(rnorm(length(g), 1.1, 0.3) + 0.1 * g, 3), g)
})

writeLines(toJSON(list(tool = "R", version = as.character(getRversion()), command = command, models = models,
                       anova = tables), digits = I(15), auto_unbox = TRUE))
