# Values known as intervals: survreg of survival, concordance of right-censored values, Kendall's S over every
# permutation of small samples. For tests/statistics/models/test_censored_regression.py and
# tests/statistics/correlation/test_interval_kendall.py.
# From the repository root: Rscript tests/oracles/ki67.R > tests/oracles/ki67.json
suppressMessages({ library(survival); library(jsonlite) })

command <- "Rscript tests/oracles/ki67.R > tests/oracles/ki67.json"
finite <- function(v) ifelse(is.finite(v), v, NA)

# --- interval-censored regression --------------------------------------------------------------------------------
regression <- function(low, high, x) {
  warned <- FALSE
  fit <- withCallingHandlers(
    survreg(Surv(finite(low), finite(high), type = "interval2") ~ x, dist = "gaussian",
            control = survreg.control(maxiter = 200, rel.tolerance = 1e-12)),
    warning = function(w) { warned <<- TRUE; invokeRestart("muffleWarning") })
  x <- as.matrix(x)
  dropped <- sapply(seq_len(ncol(x)), function(j) {
    rest <- if (ncol(x) == 1) matrix(0, nrow(x), 0) else x[, -j, drop = FALSE]
    model <- if (ncol(rest) == 0) Surv(finite(low), finite(high), type = "interval2") ~ 1 else
      Surv(finite(low), finite(high), type = "interval2") ~ rest
    survreg(model, dist = "gaussian", control = survreg.control(maxiter = 200, rel.tolerance = 1e-12))$loglik[2]
  })
  list(low = I(finite(low)), high = I(finite(high)), x = lapply(seq_len(ncol(x)), function(j) I(x[, j])),
       warned = warned, coefficients = I(unname(coef(fit))), sigma = fit$scale, se = I(unname(sqrt(diag(fit$var)))),
       loglik = fit$loglik[2], null = fit$loglik[1], lr = I(2 * (fit$loglik[2] - dropped)))
}
# Reports as pathologists write them: a number, a range, or a bound, of log(1 + Ki-67).
reported <- function(n, k, spread) {
  x <- matrix(round(rnorm(n * k), 2), n)
  truth <- pmax(0, exp(2 - 0.8 * x[, 1] + rnorm(n, 0, spread)) - 1)
  form <- sample(5, n, replace = TRUE, prob = c(4, 2, 1.5, 1, 0.5))
  low <- high <- round(truth, 1)
  range <- form %in% 2:3
  low[range] <- floor(truth[range] / 5) * 5; high[range] <- low[range] + 5
  below <- form == 4; low[below] <- -1; high[below] <- ceiling(truth[below]) + 1
  above <- form == 5; low[above] <- floor(truth[above]); high[above] <- Inf
  list(low = round(log1p(ifelse(low <= 0 & low != high, -1, low)), 6), high = round(log1p(high), 6), x = x)
}
set.seed(20200311)
# survreg ends without a word where a line meets every interval and no maximum exists: kept apart.
fits <- no_maximum <- list()
while (length(fits) < 200) {
  set <- reported(sample(c(8, 12, 20, 30), 1), sample(1:2, 1), sample(c(0.3, 0.8, 1.5), 1))
  one <- tryCatch(regression(set$low, set$high, set$x), error = function(e) NULL)
  if (is.null(one) || any(!is.finite(one$se))) next
  if (any(one$se == 0)) { no_maximum[[length(no_maximum) + 1]] <- one[c("low", "high", "x")]; next }
  fits[[length(fits) + 1]] <- one
}

# --- right-censored values: pairs by survival::concordance ------------------------------------------------------
set.seed(20200312)
censored <- lapply(1:60, function(i) {
  n <- sample(5:20, 1)
  x <- round(rnorm(n), 1); time <- sample(12, n, replace = TRUE); event <- runif(n) < 0.6
  if (sum(event) < 2) event[1:2] <- TRUE
  counts <- concordance(Surv(time, event) ~ x)$count
  list(x = I(x), time = I(time), event = I(event), counts = I(unname(counts[c("concordant", "discordant", "tied.y")])))
})

# --- every permutation of small samples --------------------------------------------------------------------------
orders <- function(n) {
  if (n == 1) return(matrix(1, 1, 1))
  rest <- orders(n - 1)
  do.call(rbind, lapply(seq_len(n), function(i) cbind(i, ifelse(rest >= i, rest + 1, rest), deparse.level = 0)))
}
every <- lapply(1:7, orders)
set.seed(20200313)
permuted <- list()
while (length(permuted) < 60) {
  n <- sample(4:6, 1)
  x <- sample(5, n, replace = TRUE); low <- sample(6, n, replace = TRUE)
  high <- low + sample(c(0, 0, 1, 3), n, replace = TRUE)
  sign_y <- outer(low, high, ">") - outer(high, low, "<")
  sign_x <- sign(outer(x, x, "-"))
  if (all(sign_y == 0) || all(sign_x == 0)) next
  s <- apply(every[[n]], 1, function(o) sum(sign_x[o, o] * sign_y) / 2)
  observed <- sum(sign_x * sign_y) / 2
  tied_y <- outer(low, low, "==") & outer(low, high, "==") & t(outer(low, high, "=="))
  tied_y <- outer(low == high, low == high) & outer(low, low, "==")
  pairs <- upper.tri(sign_x)
  permuted[[length(permuted) + 1]] <- list(
    x = I(x), low = I(low), high = I(high), s = observed, variance = mean(s^2), p = mean(abs(s) >= abs(observed) - 1e-9),
    concordant = sum((sign_x * sign_y > 0)[pairs]), discordant = sum((sign_x * sign_y < 0)[pairs]),
    undecided = sum((sign_x != 0 & sign_y == 0 & !tied_y)[pairs]),
    tau = sum(sign_x * sign_y) / sqrt(sum(sign_x^2) * sum(sign_y^2)))
}

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(survival = as.character(packageVersion("survival"))), command = command,
                       regression = fits, no_maximum = no_maximum, censored = censored, permuted = permuted),
                  auto_unbox = TRUE, digits = NA, na = "null"))
