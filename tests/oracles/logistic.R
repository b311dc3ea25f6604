# Logistic regression, plain and with Firth's penalty, for tests/statistics/models/test_logistic.py.
# glm and brglm2 (type = "AS_mean") give coefficients, standard errors and log-likelihoods; the limits of the
# profiles, penalised or not, the penalised tests and FLIC are calculated here from their definitions
# (Heinze and Schemper 2002; Puhr 2017), the penalty always that of the full model.
# From the repository root: Rscript tests/oracles/logistic.R > tests/oracles/logistic.json
suppressMessages({ library(brglm2); library(jsonlite) })

command <- "Rscript tests/oracles/logistic.R > tests/oracles/logistic.json"
tight <- glm.control(epsilon = 1e-15, maxit = 200)

log_likelihood <- function(X, y, b, firth) {
  eta <- drop(X %*% b)
  value <- -sum(log1p(exp(-abs(eta))) + pmax(0, ifelse(y == 1, -eta, eta)))
  if (!firth) return(value)
  w <- plogis(eta) * plogis(-eta)
  value + 0.5 * as.numeric(determinant(crossprod(X, w * X))$modulus)
}
# The maximum over the coefficients that are not held, by Fisher scoring on the (modified) score.
maximum <- function(X, y, b, held, firth) {
  free <- setdiff(seq_along(b), held)
  for (i in 1:2000) {
    if (!length(free)) break
    p <- plogis(drop(X %*% b))
    w <- p * (1 - p)
    residual <- y - p
    if (firth) residual <- residual + w * rowSums((X %*% solve(crossprod(X, w * X))) * X) * (0.5 - p)
    information <- crossprod(X, w * X)[free, free, drop = FALSE]
    if (rcond(information) < 1e-14) stop("singular")
    step <- solve(information, crossprod(X[, free, drop = FALSE], residual))
    step <- drop(step) * min(1, 2 / max(abs(step)))
    now <- log_likelihood(X, y, b, firth)
    repeat {
      trial <- b
      trial[free] <- b[free] + step
      if (log_likelihood(X, y, trial, firth) >= now - 1e-12 * (1 + abs(now))) break
      step <- step / 2
    }
    b <- trial
    if (max(abs(step)) < 1e-13 * (1 + max(abs(b)))) break
  }
  list(b = b, value = log_likelihood(X, y, b, firth))
}
# On columns of unit SD, so that the scoring is well conditioned; limits are brought back.
profile_of <- function(X, y, best, errors, firth, level = 0.95) {
  size <- c(1, apply(X[, -1, drop = FALSE], 2, sd))
  X <- sweep(X, 2, size, "/")
  best <- best * size
  errors <- errors * size
  top <- log_likelihood(X, y, best, firth)
  critical <- qchisq(level, 1)
  last <- best
  p <- plogis(drop(X %*% best))
  covariance <- solve(crossprod(X, p * (1 - p) * X))
  drop_at <- function(j, at) {
    b <- last + (at - last[j]) * covariance[, j] / covariance[j, j]
    found <- maximum(X, y, b, j, firth)
    last <<- found$b
    2 * (top - found$value)
  }
  limit <- function(j, side) {
    last <<- best
    reach <- side * 1.5 * errors[j]
    while (drop_at(j, best[j] + reach) < critical) reach <- 1.4 * reach
    uniroot(function(at) if (at == best[j]) -critical else drop_at(j, at) - critical,
            sort(c(best[j], best[j] + reach)), tol = 1e-13 * max(1, abs(best[j])), maxiter = 500)$root
  }
  list(low = I(sapply(seq_along(best), limit, side = -1) / size),
       high = I(sapply(seq_along(best), limit, side = 1) / size),
       chi_squared = I(sapply(seq_along(best), function(j) { last <<- best; max(0, drop_at(j, 0)) })),
       model = 2 * (top - maximum(X, y, c(best[1], rep(0, length(best) - 1)), seq_along(best)[-1], firth)$value))
}
one <- function(name, x, y, profiles = TRUE, separated = FALSE) {
  x <- as.matrix(x)
  X <- cbind(1, x)
  out <- list(name = name, x = x, y = I(as.integer(y)), separated = separated)
  if (!separated) {
    ml <- glm(y ~ x, family = binomial, control = tight)
    null <- glm(y ~ 1, family = binomial, control = tight)
    fitted <- fitted(ml)
    n <- length(y)
    # glm's own standard errors are those of the step before the last.
    errors <- unname(sqrt(diag(solve(crossprod(X, fitted * (1 - fitted) * X)))))
    out$ml <- list(values = I(unname(coef(ml))), errors = I(errors),
                   wald_p = I(2 * pnorm(-abs(unname(coef(ml)) / errors))), log_likelihood = as.numeric(logLik(ml)),
                   aic = AIC(ml), null = as.numeric(logLik(null)),
                   nagelkerke = (1 - exp(2 * (logLik(null) - logLik(ml))[1] / n)) / (1 - exp(2 * logLik(null)[1] / n)),
                   tjur = mean(fitted[y == 1]) - mean(fitted[y == 0]))
    if (profiles) out$ml$profile <- profile_of(X, y, unname(coef(ml)), errors, FALSE)
  }
  firth <- suppressWarnings(glm(y ~ x, family = binomial, method = "brglmFit", type = "AS_mean", epsilon = 1e-14,
                                maxit = 20000))
  b <- unname(coef(firth))
  out$firth <- list(values = I(b), errors = I(unname(summary(firth)$coefficients[, 2])),
                    log_likelihood = log_likelihood(X, y, b, FALSE), penalized = log_likelihood(X, y, b, TRUE),
                    flic = unname(coef(glm(y ~ 1, offset = drop(x %*% b[-1]), family = binomial, control = tight))))
  if (profiles) out$firth$profile <- profile_of(X, y, b, out$firth$errors, TRUE)
  out
}
drawn <- function(n, p, slope, digits = 2) {
  repeat {
    x <- matrix(round(rnorm(n * p), digits), n)
    y <- rbinom(n, 1, plogis(-0.5 + drop(x %*% rep(slope, p))))
    if (sum(y) > 1 && sum(y) < n - 1) break
  }
  list(x = x, y = y)
}
separates <- function(x, y) {
  fit <- suppressWarnings(glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-15, maxit = 60)))
  !fit$converged || max(summary(fit)$coefficients[, 2]) > 50 || fit$deviance < 1e-6
}

set.seed(19930801)
sets <- list()
nine <- list(x = cbind(round(rnorm(47, 1.1, 0.3), 3), round(rnorm(47, 30, 12))), y = NULL)
nine$y <- as.integer(rank(nine$x[, 1] + rnorm(47, 0, 0.4), ties.method = "first") <= 9)
sets[[1]] <- one("nine events of 47, two predictors", nine$x, nine$y)
sets[[2]] <- one("nine events of 47, one predictor", nine$x[, 1], nine$y)
sets[[3]] <- one("an ADC in mm2/s", nine$x[, 1] / 1000, nine$y)
sets[[4]] <- one("an indicator", c(rep(0, 12), rep(1, 10)), c(rep(0:1, c(9, 3)), rep(0:1, c(4, 6))))
sets[[5]] <- one("complete separation", c(1, 2, 3, 4, 5, 6, 7, 8), c(0, 0, 0, 0, 1, 1, 1, 1), separated = TRUE)
sets[[6]] <- one("quasi-complete separation", c(1, 2, 3, 4, 4, 5, 6, 7), c(0, 0, 0, 0, 1, 1, 1, 1), separated = TRUE)
sets[[7]] <- one("an empty cell", c(rep(0, 10), rep(1, 8)), c(rep(0:1, c(7, 3)), rep(1, 8)), separated = TRUE)
sets[[8]] <- one("a separating plane", cbind(c(1, 2, 3, 1, 2, 3, 2.5), c(1, 2, 3, 2, 3, 4, 4)), c(0, 0, 0, 1, 1, 1, 1),
                 separated = TRUE)
sets[[9]] <- one("three cases", c(1, 2, 3), c(0, 1, 0))
large <- drawn(400, 3, 0.6, 4)
sets[[10]] <- one("400 cases, three predictors", large$x, large$y)
random <- list()
while (length(random) < 200) {
  p <- sample(1:3, 1)
  set <- drawn(sample(12:40, 1), p, 0.7)
  if (separates(set$x, set$y)) next
  random[[length(random) + 1]] <- one("", set$x, set$y, profiles = length(random) < 40)
}

writeLines(toJSON(list(tool = "R", version = as.character(getRversion()),
                       packages = list(brglm2 = as.character(packageVersion("brglm2"))), command = command,
                       named = sets, random = random),
                  digits = I(15), auto_unbox = TRUE, null = "null"))
