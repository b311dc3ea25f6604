# Effect sizes, pooled effects, funnel tests and bivariate accuracy for tests/statistics/meta/.
# From the repository root: Rscript tests/oracles/meta.R > tests/oracles/meta.json
# The trials of the vaccine are typed from Colditz et al., JAMA 1994;271:698, Table 1. Everything else is drawn here.
suppressMessages({ library(metafor); library(lme4); library(numDeriv); library(jsonlite) })

command <- "Rscript tests/oracles/meta.R > tests/oracles/meta.json"
# Defaults of metafor stop near 1e-5 of a step; these run it to the last digits.
tight <- list(threshold = 1e-14, tol = 1e-15, maxiter = 10000)
tries <- function(expression) tryCatch(suppressWarnings(expression), error = function(e) NULL)
numbers <- function(...) I(unname(c(...)))

pooled <- function(y, v, all = TRUE) {
  k <- length(y)
  one <- function(method, test = "z") {
    fit <- tries(rma(y, v, method = method, test = test, control = tight))
    if (is.null(fit)) return(NULL)
    pi <- predict(fit)
    numbers(fit$beta[1], fit$se, fit$ci.lb, fit$ci.ub, fit$pval, fit$tau2, fit$I2, fit$H2, pi$pi.lb, pi$pi.ub)
  }
  out <- list(y = I(y), v = I(v), fixed = one("FE"), dl = one("DL"), reml = one("REML"), pm = one("PM"),
              reml_kh = one("REML", "knha"), dl_adhoc = one("DL", "adhoc"))
  fixed <- rma(y, v, method = "FE")
  out$q <- numbers(fixed$QE, fixed$QEp)
  if (k > 1) {
    fit <- tries(rma(y, v, method = "DL"))
    limits <- tries(confint(fit, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 1e6)))
    out$q_profile <- if (is.null(limits)) NULL else numbers(limits$random[1, 2:3])
    # Higgins 2009: t on k - 2 degrees of freedom.
    if (k > 2) out$higgins <- numbers(fit$beta[1] + c(-1, 1) * qt(0.975, k - 2) * sqrt(fit$tau2 + fit$se^2))
  }
  if (k > 2) {
    classic <- tries(regtest(y, v, model = "lm"))
    # What regtest(model = "rma") fits, which hands no control on.
    error <- sqrt(v); mixed <- tries(rma(y, v, mods = ~ error, method = "REML", control = tight))
    rank <- tries(ranktest(y, v, exact = TRUE))
    if (!is.null(classic)) out$egger <- numbers(classic$zval, classic$pval, classic$est, classic$ci.lb, classic$ci.ub)
    if (!is.null(mixed)) out$egger_rma <- numbers(mixed$zval[2], mixed$pval[2], mixed$beta[1], mixed$ci.lb[1], mixed$ci.ub[1])
    if (!is.null(rank)) out$begg <- numbers(rank$tau, rank$pval)
    without <- if (all) tries(leave1out(rma(y, v, method = "DL")))
    if (!is.null(without)) out$without <- numbers(without$estimate)
  }
  out
}

tpos <- c(4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27)
tneg <- c(119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886)
cpos <- c(11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29)
cneg <- c(128, 274, 209, 12619, 5761, 1079, 619, 87892, 7297, 1600, 27197, 2338, 17825)
risks <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg)

set.seed(20200206)
drawn <- lapply(seq_len(200), function(i) {
  k <- sample(2:13, 1)
  v <- signif(exp(rnorm(k, -2, 1)), 6)
  pooled(signif(rnorm(k, 0.5, sqrt(v + sample(c(0, 0.02, 0.3, 2), 1))), 6), v, i <= 20)
})
degenerate <- list(
  single = pooled(0.3, 0.04), two = pooled(c(0.1, 0.9), c(0.05, 0.02)), two_equal = pooled(c(0.4, 0.4), c(0.05, 0.02)),
  three_equal = pooled(rep(0.4, 3), c(0.01, 0.02, 0.03)), same_precision = pooled(c(0.1, 0.5, 0.2, 0.9), rep(0.04, 4)),
  far_apart = pooled(c(-50, 0, 80, 3), c(0.01, 0.02, 0.03, 0.04)), imprecise = pooled(c(1, 2, 3), c(1e4, 2e4, 1e4)),
  one_giant = pooled(c(0.2, 0.9, 0.5, -0.3), c(1e-6, 0.5, 0.4, 0.6)), tied_effects = pooled(c(1, 1, 2, 2, 3), c(1, 2, 3, 4, 5) / 9),
  tied_both = pooled(c(1, 1, 2, 2, 3, 5), c(1, 1, 2, 3, 3, 5) / 9), zero_effects = pooled(rep(0, 5), (1:5) / 50))

m1 <- c(0.76, 0.87, 0.88, 1.3, 0.7); s1 <- c(0.15, 0.43, 0.15, 0.2, 0.1); n1 <- c(9, 7, 11, 2, 40)
m2 <- c(1.18, 1.47, 2.32, 1.1, 1.6); s2 <- c(0.31, 0.63, 0.15, 0.3, 0.5); n2 <- c(21, 25, 9, 3, 60)
size <- function(measure) {
  e <- if (measure %in% c("MN", "MNLN")) escalc(measure = measure, mi = m1, sdi = s1, ni = n1) else
    escalc(measure = measure, m1i = m1, sd1i = s1, n1i = n1, m2i = m2, sd2i = s2, n2i = n2)
  list(values = I(as.vector(e$yi)), variances = I(e$vi))
}
z <- escalc(measure = "ZCOR", ri = c(-0.606, -0.33, 0.9, 0), ni = c(47, 48, 10, 5))

# Counts of made-up studies, drawn from the bivariate model.
draw_counts <- function(k, sd, rho, mean = c(1.2, 1.5), largest = 80) {
  u <- cbind(rnorm(k), rnorm(k)); u[, 2] <- rho * u[, 1] + sqrt(1 - rho^2) * u[, 2]
  n1 <- sample(8:largest, k, TRUE); n0 <- sample(10:largest, k, TRUE)
  tp <- rbinom(k, n1, plogis(mean[1] + sd[1] * u[, 1])); tn <- rbinom(k, n0, plogis(mean[2] + sd[2] * u[, 2]))
  list(tp = tp, fn = n1 - tp, fp = n0 - tn, tn = tn)
}
approximate <- function(d, all_studies) {
  zero <- with(d, pmin(tp, fn, fp, tn)) == 0
  half <- if (all_studies) 0.5 * any(zero) else 0.5 * zero
  tp <- d$tp + half; fn <- d$fn + half; fp <- d$fp + half; tn <- d$tn + half
  y <- as.vector(rbind(log(tp / fn), log(tn / fp))); v <- as.vector(rbind(1 / tp + 1 / fn, 1 / tn + 1 / fp))
  what <- factor(rep(c("sens", "spec"), length(tp)), levels = c("sens", "spec")); study <- rep(seq_along(tp), each = 2)
  fit <- tries(rma.mv(y, v, mods = ~ what - 1, random = ~ what | study, struct = "UN", method = "REML",
                      control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-16, maxit = 10000)))
  if (is.null(fit)) return(NULL)
  if (abs(fit$rho) > 0.995) return(numbers(fit$beta, fit$vb[1, 1], fit$vb[1, 2], fit$vb[2, 2], sqrt(fit$tau2), fit$rho,
                                           logLik(fit)))
  # The optimizers stop near 1e-6: Newton steps on the restricted likelihood, written out here, bring the rest.
  Y <- matrix(y, ncol = 2, byrow = TRUE); V <- matrix(v, ncol = 2, byrow = TRUE)
  profile <- function(theta) {
    A <- theta[1]^2 + V[, 1]; B <- theta[2]^2 + theta[3]^2 + V[, 2]; C <- theta[1] * theta[2]; det <- A * B - C^2
    W <- matrix(c(sum(B / det), -sum(C / det), -sum(C / det), sum(A / det)), 2)
    mu <- solve(W, c(sum((B * Y[, 1] - C * Y[, 2]) / det), sum((A * Y[, 2] - C * Y[, 1]) / det)))
    r1 <- Y[, 1] - mu[1]; r2 <- Y[, 2] - mu[2]
    list(mu = mu, vb = solve(W), ll = -0.5 * (log(2 * pi) * (2 * nrow(Y) - 2) + sum(log(det)) + log(det(W)) +
         sum((B * r1^2 - 2 * C * r1 * r2 + A * r2^2) / det)) + log(nrow(Y)))
  }
  minus <- function(theta) -profile(theta)$ll
  theta <- c(sqrt(fit$tau2[1]), fit$rho * sqrt(fit$tau2[2]), sqrt((1 - fit$rho^2) * fit$tau2[2]))
  for (step in 1:3) theta <- theta - solve(hessian(minus, theta), grad(minus, theta))
  end <- profile(theta)
  stopifnot(abs(end$ll - as.numeric(logLik(fit))) < 1e-7)
  s2 <- sqrt(theta[2]^2 + theta[3]^2)
  numbers(end$mu, end$vb[1, 1], end$vb[1, 2], end$vb[2, 2], abs(theta[1]), s2, sign(theta[1]) * theta[2] / s2, end$ll)
}
long <- function(d) {
  k <- length(d$tp)
  data.frame(study = factor(rep(seq_len(k), 2)), sens = rep(1:0, each = k), spec = rep(0:1, each = k),
             yes = c(d$tp, d$tn), no = c(d$fn, d$fp))
}
# lme4's own stopping rules leave a log-likelihood a few 1e-4 short: it is fitted to the last digits.
control <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13, calc.derivs = FALSE,
                        optCtrl = list(maxfun = 1e5, rhobeg = 0.1, rhoend = 1e-9), check.conv.singular = "ignore")
exact <- function(d, with_errors) {
  fit <- tries(suppressMessages(glmer(cbind(yes, no) ~ 0 + sens + spec + (0 + sens + spec | study), data = long(d),
                                      family = binomial, nAGQ = 1, control = control)))
  if (is.null(fit)) return(NULL)
  correlation <- as.data.frame(VarCorr(fit))$sdcor
  out <- numbers(fixef(fit), correlation, logLik(fit))
  if (!with_errors) return(list(fit = out))
  deviance <- update(fit, devFunOnly = TRUE)
  at <- c(getME(fit, "theta"), fixef(fit))
  covariance <- solve(hessian(deviance, at, method.args = list(eps = 1e-3, r = 4)) / 2)[4:5, 4:5]
  list(fit = out, covariance = numbers(covariance[1, 1], covariance[1, 2], covariance[2, 2]))
}
one_sided <- function(yes, no) {
  one <- function(nAGQ) {
    fit <- glmer(cbind(yes, no) ~ 1 + (1 | study), data = data.frame(yes, no, study = factor(seq_along(yes))),
                 family = binomial, nAGQ = nAGQ, control = control)
    numbers(fixef(fit), getME(fit, "theta"))
  }
  list(yes = I(yes), no = I(no), laplace = one(1), points_15 = one(15))
}
bivariate <- lapply(seq_len(48), function(i) {
  d <- draw_counts(sample(6:20, 1), runif(2, 0.4, 1.5), runif(1, -0.7, 0.3))
  c(lapply(d, I), list(all = approximate(d, TRUE), only_zero = approximate(d, FALSE)), if (i <= 18) exact(d, i <= 5))
})
alone <- lapply(1:5, function(i) { d <- draw_counts(12, c(0.8, 1), 0); one_sided(d$tp, d$fn) })

# One study's likelihood by nested integration, to check the quadrature rule where lme4 has none (two dimensions).
integrated <- local({
  tp <- 14; fn <- 2; tn <- 20; fp <- 9; mean <- c(1.3, 0.8); lower <- matrix(c(0.9, -0.4, 0, 0.7), 2)
  inner <- function(a) sapply(a, function(x) integrate(function(b) {
    eta1 <- mean[1] + lower[1, 1] * x; eta2 <- mean[2] + lower[2, 1] * x + lower[2, 2] * b
    dbinom(tp, tp + fn, plogis(eta1)) * dbinom(tn, tn + fp, plogis(eta2)) * dnorm(b) * dnorm(x)
  }, -9, 9, rel.tol = 1e-11)$value)
  list(counts = I(c(tp, fn, fp, tn)), mean = I(mean), lower = I(as.vector(t(lower))),
       log_likelihood = log(integrate(inner, -9, 9, rel.tol = 1e-11)$value))
})

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(metafor = as.character(packageVersion("metafor")),
                                       lme4 = as.character(packageVersion("lme4"))), command = command,
                       columns = I(c("estimate", "se", "low", "high", "p", "tau2", "I2", "H2", "pi_low", "pi_high")),
                       sizes = list(m1 = m1, s1 = s1, n1 = n1, m2 = m2, s2 = s2, n2 = n2, MN = size("MN"),
                                    MNLN = size("MNLN"), MD = size("MD"), SMD = size("SMD"), ROM = size("ROM"),
                                    ZCOR = list(values = I(as.vector(z$yi)), variances = I(z$vi))),
                       bcg = pooled(as.vector(risks$yi), risks$vi), drawn = drawn, degenerate = degenerate,
                       bivariate = bivariate, alone = alone, integrated = integrated),
                  auto_unbox = TRUE, digits = NA, na = "null", null = "null"))
