# Mixed models by lme4, lmerTest and nlme, for tests/statistics/models/test_mixed.py.
# From the repository root: Rscript tests/oracles/mixed.R > tests/oracles/mixed.json
suppressMessages({ library(lme4); library(lmerTest); library(nlme); library(jsonlite) })
command <- "Rscript tests/oracles/mixed.R > tests/oracles/mixed.json"
# lme4's own tolerances stop at about 1e-4 of the ratio; these make its optimum an oracle. lmerTest's degrees
# of freedom come from numerical derivatives there.
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), calc.derivs = FALSE,
                       check.conv.singular = "ignore", check.nobs.vs.nRE = "ignore", check.nobs.vs.rankZ = "ignore",
                       check.scaleX = "ignore")

# One grouping: the ratio of SDs theta that makes lme4's own deviance function least, to the last digits.
best_theta <- function(deviance_of) {
  grid <- c(0, exp(seq(log(1e-3), log(1e3), length.out = 61)))
  at <- sapply(grid, deviance_of)
  i <- which.min(at)
  slope <- function(theta) numDeriv_slope(deviance_of, theta)
  if (i == 1) { if (slope(1e-3) >= 0) return(0); low <- 1e-5 } else low <- if (i == 2) 1e-5 else grid[i - 1]
  if (slope(low) >= 0) return(0)
  found <- uniroot(slope, c(low, grid[i + 1]), tol = 1e-13)$root
  if (deviance_of(found) > deviance_of(0)) 0 else found
}
# Richardson extrapolation of the central difference.
numDeriv_slope <- function(f, x) {
  h <- 1e-2 * max(abs(x), 1e-6); d <- function(h) (f(x + h) - f(x - h)) / (2 * h)
  a <- c(d(h), d(h / 2), d(h / 4), d(h / 8))
  b <- (4 * a[-1] - a[-4]) / 3; c <- (16 * b[-1] - b[-3]) / 15; (64 * c[-1] - c[-2]) / 63
}
# Two groupings: a descent that is the same in every run, then Newton's steps; a ratio at its bound stays there.
best_pair <- function(deviance_of) {
  theta <- optim(c(1, 1), deviance_of, method = "L-BFGS-B", lower = 0, control = list(factr = 1))$par
  theta[theta < 1e-4] <- 0
  inside <- which(theta > 0)
  slope_of <- function(at, k) numDeriv_slope(function(t) { at[k] <- t; deviance_of(at) }, at[k])
  for (step in 1:6) {
    slopes <- sapply(inside, function(k) slope_of(theta, k))
    curvature <- sapply(inside, function(l) {
      h <- 1e-3 * theta[l]; up <- down <- theta; up[l] <- up[l] + h; down[l] <- down[l] - h
      sapply(inside, function(k) (slope_of(up, k) - slope_of(down, k)) / (2 * h))
    })
    theta[inside] <- theta[inside] - solve(matrix(curvature, length(inside)), slopes)
  }
  theta
}
interval_of_theta <- function(deviance_of, theta) {
  excess <- function(t) deviance_of(t) - deviance_of(theta) - qchisq(0.95, 1)
  low <- if (theta == 0 || excess(0) <= 0) 0 else uniroot(excess, c(0, theta), tol = 1e-13)$root
  top <- max(theta, 1e-3); while (excess(top) < 0 && top < 1e6) top <- top * 2
  high <- if (excess(top) < 0) Inf else uniroot(excess, c(theta, top), tol = 1e-13)$root
  c(low, high)
}

one_grouping <- function(data, terms, detailed) {
  right <- paste(c("1", terms), collapse = " + ")
  formula <- as.formula(paste("y ~", right, "+ (1 | g)"))
  answer <- list()
  for (kind in c("reml", "ml")) {
    deviance_of <- lmer(formula, data, REML = kind == "reml", devFunOnly = TRUE, control = control)
    theta <- best_theta(deviance_of)
    # A fit at exactly that theta, through lme4's own modular steps.
    parsed <- lFormula(formula, data, REML = kind == "reml", control = control)
    own <- do.call(mkLmerDevfun, parsed); value <- own(theta)
    fit <- mkMerMod(environment(own), list(par = theta, fval = value, conv = 0, feval = 1), parsed$reTrms,
                    fr = parsed$fr)
    limits <- interval_of_theta(deviance_of, theta)
    answer[[kind]] <- list(theta = theta, theta_95 = I(limits), deviance = value, beta = I(unname(fixef(fit))),
                           se = I(unname(sqrt(diag(as.matrix(vcov(fit)))))), sigma = sigma(fit))
  }
  tested <- suppressMessages(lmerTest::lmer(formula, data, REML = TRUE, control = control))
  if (theta_close(getME(tested, "theta"), answer$reml$theta)) {
    table <- summary(tested, ddf = "Satterthwaite")$coefficients
    answer$df <- I(unname(table[, "df"])); answer$p <- I(unname(table[, "Pr(>|t|)"]))
    if (length(terms)) {
      L <- diag(length(terms) + 1)[-1, , drop = FALSE]
      f <- contestMD(tested, L)
      answer$f <- I(c(f[["F value"]], f[["DenDF"]], f[["Pr(>F)"]]))
    }
  }
  if (length(terms)) {
    null <- lmer(y ~ 1 + (1 | g), data, REML = FALSE, devFunOnly = TRUE, control = control)
    answer$lr <- null(best_theta(null)) - answer$ml$deviance
  }
  if (detailed) {
    profile_of <- confint(lmer(formula, data, REML = FALSE, control = control), method = "profile", quiet = TRUE,
                          parm = c(".sig01", ".sigma"))
    answer$profile_sd <- I(as.vector(t(profile_of)))
    other <- lme(as.formula(paste("y ~", right)), random = ~ 1 | g, data = data, method = "REML",
                 control = lmeControl(opt = "optim", reltol = 1e-14, msTol = 1e-14, tolerance = 1e-12))
    answer$nlme <- list(beta = I(unname(fixef(other))), se = I(unname(sqrt(diag(vcov(other))))),
                        sd = I(c(as.numeric(VarCorr(other)[, "StdDev"]))), log_likelihood = as.vector(logLik(other)))
  }
  list(y = I(data$y), g = I(as.character(data$g)), x = lapply(terms, function(t) I(data[[t]])), answer = answer)
}
theta_close <- function(a, b) abs(a - b) <= 1e-5 * max(1, b)

random_set <- function(n_groups, largest, sd_group, effect, digits) {
  sizes <- sample(largest, n_groups, replace = TRUE); sizes[1] <- 2
  g <- factor(rep(sprintf("s%02d", seq_len(n_groups)), sizes))
  x1 <- (seq_len(n_groups) %% 2)[as.integer(g)]; x2 <- round(rnorm(length(g)), 2)
  data.frame(y = round(1.2 + effect * x1 + rnorm(n_groups, 0, sd_group)[as.integer(g)] + rnorm(length(g), 0, 0.2),
                       digits), g = g, x1 = x1, x2 = x2)
}
set.seed(20201105)
random <- list()
while (length(random) < 200) {
  data <- random_set(sample(4:9, 1), sample(2:4, 1), sample(c(0, 0.05, 0.2, 0.6), 1), -0.2, sample(2:4, 1))
  if (nrow(data) < 9 || var(data$y) == 0) next
  terms <- list(character(), "x1", c("x1", "x2"))[[1 + length(random) %% 3]]
  random[[length(random) + 1]] <- one_grouping(data, terms, FALSE)
}
set.seed(20201106)
detailed <- lapply(c(0.1, 0.25, 0.5), function(sd) one_grouping(random_set(24, 4, sd, -0.2, 3), c("x1", "x2"), TRUE))
small_unit <- random_set(15, 4, 0.3, -0.2, 3); small_unit$y <- small_unit$y / 1000
detailed[[4]] <- one_grouping(small_unit, "x1", FALSE)

two <- lapply(1:24, function(i) {
  n_subjects <- sample(8:16, 1); g <- rep(sprintf("s%02d", seq_len(n_subjects)), each = 4)
  h <- if (i %% 2) rep(c("a", "b", "c", "d"), n_subjects) else paste(g, rep(c("a", "a", "b", "b"), n_subjects))
  x1 <- as.integer(factor(g)) %% 2
  data <- data.frame(g = factor(g), h = factor(h), x1 = x1)
  data$y <- round(1.2 - 0.2 * x1 + rnorm(n_subjects, 0, 0.2)[as.integer(data$g)] +
                  rnorm(nlevels(data$h), 0, sample(c(0, 0.1, 0.3), 1))[as.integer(data$h)] +
                  rnorm(nrow(data), 0, 0.2), 3)
  parsed <- lFormula(y ~ x1 + (1 | g) + (1 | h), data, REML = TRUE, control = control)
  own <- do.call(mkLmerDevfun, parsed)
  best <- best_pair(own)
  fit <- mkMerMod(environment(own), list(par = best, fval = own(best), conv = 0, feval = 1), parsed$reTrms,
                  fr = parsed$fr)
  theta <- best[match(c("g", "h"), names(parsed$reTrms$cnms))]
  table <- summary(lmerTest:::as_lmerModLT(fit, own))$coefficients
  own(best)
  # With two groupings lme4's sums are not the same bits in every run; what is kept is.
  list(y = I(data$y), g = I(g), h = I(h), x1 = I(x1), theta = I(signif(theta, 7)),
       beta = I(signif(unname(fixef(fit)), 9)), se = I(signif(unname(table[, 2]), 8)),
       df = I(signif(unname(table[, "df"]), 6)), sigma = signif(sigma(fit), 8),
       deviance = signif(REMLcrit(fit), 10), nested = i %% 2 == 0)
})
versions <- sapply(c("lme4", "lmerTest", "nlme"), function(p) as.character(packageVersion(p)))
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = as.list(versions), command = command, random = random, detailed = detailed,
                       two = two), auto_unbox = TRUE, digits = I(15), na = "string"))
