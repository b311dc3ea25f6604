# Rubin's rules by mice::pool.scalar, and pooled regressions of mice on one incomplete sample.
# For tests/statistics/models/test_pooling.py and test_imputation.py.
# From the repository root: Rscript tests/oracles/missing.R > tests/oracles/missing.json
suppressMessages({ library(mice); library(jsonlite) })

command <- "Rscript tests/oracles/missing.R > tests/oracles/missing.json"

set.seed(20200321)
pooled <- lapply(1:200, function(i) {
  m <- sample(c(2, 3, 5, 20, 50), 1)
  q <- round(rnorm(m, rnorm(1), runif(1, 0.02, 1)), 6); u <- round(runif(m, 0.01, 0.5)^2 + 1e-4, 8)
  n <- sample(c(10, 47, 300, 0), 1); k <- sample(1:3, 1)
  out <- pool.scalar(q, u, n = if (n == 0) Inf else n, k = k)
  half <- qt(0.975, out$df) * sqrt(out$t)
  list(q = I(q), u = I(u), n = n, k = k, qbar = out$qbar, ubar = out$ubar, b = out$b, t = out$t, df = out$df, r = out$r,
       fmi = out$fmi, low = out$qbar - half, high = out$qbar + half)
})

# One sample of 120 with values missing at random; the regression of y on x and z over 100 tables of mice.
set.seed(20200322)
n <- 120
z <- rnorm(n); x <- 0.6 * z + rnorm(n); y <- 1 + 0.5 * x - 0.4 * z + rnorm(n, 0, 0.7)
b <- as.numeric(runif(n) < plogis(z))
holes <- data.frame(x = round(x, 6), y = round(y, 6), z = round(z, 6), b = b)
holes$x[runif(n) < plogis(z - 1)] <- NA
holes$y[runif(n) < plogis(-z - 1.5)] <- NA
holes$b[runif(n) < 0.15] <- NA
by_mice <- function(method) {
  made <- mice(transform(holes, b = factor(b)), m = 100, maxit = 5, printFlag = FALSE, seed = 1,
               method = c(method, method, "", "logreg"))
  fits <- with(made, lm(y ~ x + z))
  table <- summary(pool(fits))
  share <- mean(sapply(1:100, function(i) mean(complete(made, i)$b == "1")))
  list(method = method, estimate = I(table$estimate), se = I(table$std.error), share_b = share)
}
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(mice = as.character(packageVersion("mice"))), command = command,
                       pooled = pooled, holes = lapply(holes, function(column) I(column)),
                       mice = list(by_mice("norm"), by_mice("pmm"))),
                  auto_unbox = TRUE, digits = NA, na = "null"))
