# The proportional-odds model and tests of its assumption, for tests/statistics/models/test_ordinal.py.
# ordinal::clm (and MASS::polr beside it) gives coefficients, standard errors, log-likelihoods, intervals of predicted
# probabilities and the likelihood-ratio test against free slopes; profile limits and Brant's test (1990) are calculated
# here from their definitions.
# From the repository root: Rscript tests/oracles/ordinal.R > tests/oracles/ordinal.json
suppressMessages({ library(ordinal); library(MASS); library(jsonlite) })

command <- "Rscript tests/oracles/ordinal.R > tests/oracles/ordinal.json"
control <- clm.control(gradTol = 1e-12, maxIter = 500)

brant <- function(x, g) {
  k <- nlevels(g) - 1
  p <- ncol(x)
  X <- cbind(1, x)
  fits <- lapply(seq_len(k), function(j) {
    glm(as.integer(as.integer(g) > j) ~ x, family = binomial, control = glm.control(epsilon = 1e-15, maxit = 100))
  })
  if (any(sapply(fits, function(f) max(summary(f)$coefficients[, 2])) > 50)) return(NULL)
  prob <- lapply(fits, function(f) unname(fitted(f)))
  bread <- lapply(prob, function(q) solve(t(X) %*% (X * (q * (1 - q)))))
  V <- matrix(NA, k * p, k * p)
  for (i in seq_len(k)) for (j in seq_len(k)) {
    later <- prob[[max(i, j)]]
    earlier <- prob[[min(i, j)]]
    cross <- bread[[i]] %*% (t(X) %*% (X * (later - later * earlier))) %*% bread[[j]]
    V[(i - 1) * p + seq_len(p), (j - 1) * p + seq_len(p)] <- cross[-1, -1]
  }
  b <- unlist(lapply(fits, function(f) unname(coef(f))[-1]))
  test <- function(chosen) {
    D <- matrix(0, (k - 1) * length(chosen), k * p)
    for (i in 2:k) for (m in seq_along(chosen)) {
      D[(i - 2) * length(chosen) + m, chosen[m]] <- 1
      D[(i - 2) * length(chosen) + m, (i - 1) * p + chosen[m]] <- -1
    }
    drop(t(D %*% b) %*% solve(D %*% V %*% t(D)) %*% (D %*% b))
  }
  I(c(sapply(seq_len(p), test), test(seq_len(p))))
}
fit_clm <- function(d, slopes, nominal = NULL, shift = 0) {
  d$shift <- shift
  right <- if (length(slopes)) paste(slopes, collapse = " + ") else "1"
  location <- as.formula(paste("g ~", right, "+ offset(shift)"))
  if (is.null(nominal)) clm(location, data = d, control = control)
  else clm(location, nominal = as.formula(paste("~", paste(nominal, collapse = " + "))), data = d, control = control)
}
profile_limits <- function(d, names, best, errors, top) {
  sapply(seq_along(names), function(j) {
    fall <- function(at) {
      2 * (top - as.numeric(logLik(fit_clm(d, names[-j], shift = d[[names[j]]] * at)))) - qchisq(0.95, 1)
    }
    sapply(c(-1, 1), function(side) {
      reach <- 1.5 * side * errors[j]
      while (fall(best[j] + reach) < 0) reach <- 1.4 * reach
      uniroot(fall, sort(c(best[j], best[j] + reach)), tol = 1e-11)$root
    })
  })
}
one <- function(name, x, g, profiles = FALSE) {
  x <- as.matrix(x)
  names <- paste0("x", seq_len(ncol(x)))
  colnames(x) <- names
  d <- data.frame(x, g = g)
  fit <- fit_clm(d, names)
  k <- nlevels(g) - 1
  slopes <- unname(coef(fit))[-seq_len(k)]
  errors <- unname(coef(summary(fit))[, 2])
  top <- as.numeric(logLik(fit))
  at <- d[c(1, nrow(d)), names, drop = FALSE]
  predicted <- predict(clm(as.formula(paste("g ~", paste(names, collapse = "+"))), data = d, control = control),
                       newdata = at, interval = TRUE)
  ratio <- function(free) {
    relaxed <- tryCatch(suppressWarnings(fit_clm(d, setdiff(names, free), free)), error = function(e) NULL)
    if (is.null(relaxed) || relaxed$convergence$code != 0 || relaxed$cond.H > 1e7) return(NA)
    2 * (as.numeric(logLik(relaxed)) - top)
  }
  list(name = name, x = unname(x), g = I(as.integer(g)), values = I(unname(coef(fit))), errors = I(errors),
       log_likelihood = top, aic = AIC(fit), null = as.numeric(logLik(clm(g ~ 1, data = d, control = control))),
       predicted = unname(predicted$fit), low = unname(predicted$lwr), high = unname(predicted$upr),
       profile = if (profiles) I(unname(profile_limits(d, names, slopes, errors[-seq_len(k)], top))) else NULL,
       brant = if (k > 1) suppressWarnings(brant(x, g)) else NULL,
       ratio = if (k > 1) I(c(sapply(names, ratio, USE.NAMES = FALSE), ratio(names))) else NULL)
}
draw <- function(n, p, levels, slope) {
  repeat {
    x <- matrix(round(rnorm(n * p), 2), n)
    latent <- drop(x %*% rep(slope, p)) + rlogis(n)
    g <- cut(latent, c(-Inf, quantile(latent, seq_len(levels - 1) / levels), Inf), labels = FALSE)
    if (length(unique(g)) == levels && min(table(g)) > 2) break
  }
  list(x = x, g = factor(g))
}

set.seed(19800127)
nine <- list(x = round(rnorm(47, 1.1, 0.3), 3))
nine$g <- factor(cut(rank(-nine$x + rnorm(47, 0, 0.35), ties.method = "first"), c(0, 17, 38, 47), labels = FALSE))
polr_fit <- polr(nine$g ~ nine$x, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
named <- list(one("17, 21 and 9 of 47", nine$x, nine$g, TRUE),
              one("two grades", nine$x, factor(as.integer(nine$g) > 2), TRUE))
named[[1]]$polr <- list(values = I(unname(c(polr_fit$zeta, coef(polr_fit)))), log_likelihood = as.numeric(logLik(polr_fit)))
random <- list()
while (length(random) < 200) {
  set <- draw(sample(25:60, 1), sample(1:2, 1), sample(3:4, 1), 0.7)
  random[[length(random) + 1]] <- one("", set$x, set$g, length(random) < 15)
}

writeLines(toJSON(list(tool = "R", version = as.character(getRversion()),
                       packages = list(ordinal = as.character(packageVersion("ordinal")),
                                       MASS = as.character(packageVersion("MASS"))), command = command,
                       named = named, random = random),
                  digits = I(15), auto_unbox = TRUE, null = "null", na = "null"))
