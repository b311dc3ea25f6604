# Sample size and power by pROC, pwr, mvtnorm and the formulas of the papers, for tests/statistics/planning/.
# From the repository root: Rscript tests/oracles/planning.R > tests/oracles/planning.json
suppressMessages({ library(pROC); library(pwr); library(mvtnorm); library(jsonlite) })

command <- "Rscript tests/oracles/planning.R > tests/oracles/planning.json"
set.seed(20261123)
rows <- function(n, f) lapply(seq_len(n), function(i) f())
draw <- function(low, high) round(runif(1, low, high), 3)

# Areas -------------------------------------------------------------------------------------------------------
hanley <- function(a, m, n) {
  q1 <- a / (2 - a); q2 <- 2 * a^2 / (1 + a)
  (a * (1 - a) + (m - 1) * (q1 - a^2) + (n - 1) * (q2 - a^2)) / (m * n)
}
both <- function(h, k, r) {
  if (r >= 1) return(pnorm(min(h, k)))
  as.numeric(pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2), algorithm = TVPACK(1e-14)))
}
area_covariance <- function(a1, a2, m, n, rp, rn) {
  h <- qnorm(a1); k <- qnorm(a2); p <- a1 * a2
  (both(h, k, (rp + rn) / 2) - p + (n - 1) * (both(h, k, rp / 2) - p) + (m - 1) * (both(h, k, rn / 2) - p)) / (m * n)
}
areas <- rows(60, function() {
  auc <- draw(0.55, 0.98); m <- sample(5:120, 1); n <- sample(5:200, 1); ratio <- draw(0.3, 5)
  power <- draw(0.5, 0.95); alpha <- draw(0.005, 0.2); alternative <- sample(c("two.sided", "one.sided"), 1)
  needed <- power.roc.test(auc = auc, power = power, sig.level = alpha, kappa = ratio, alternative = alternative)
  given <- power.roc.test(auc = auc, ncases = m, ncontrols = n, sig.level = alpha, alternative = alternative)
  null <- draw(0.3, 0.9); if (abs(null - auc) < 0.03) null <- auc - 0.1
  tail <- if (alternative == "two.sided") alpha / 2 else alpha
  list(auc = auc, m = m, n = n, ratio = ratio, power = power, alpha = alpha, one_sided = alternative == "one.sided",
       ncases = needed$ncases, power_given = given$power, null = null, hanley = hanley(auc, m, n),
       binormal = area_covariance(auc, auc, m, n, 1, 1),
       hanley_power = pnorm((abs(auc - null) - qnorm(1 - tail) * sqrt(hanley(null, m, n))) / sqrt(hanley(auc, m, n))))
})
pairs <- rows(60, function() {
  a1 <- draw(0.55, 0.93); a2 <- draw(0.55, 0.93); if (abs(a1 - a2) < 0.02) a2 <- a1 + 0.05
  rp <- draw(-0.3, 0.9); rn <- draw(-0.3, 0.9); ratio <- draw(0.3, 5); power <- draw(0.5, 0.95); alpha <- draw(0.005, 0.2)
  m <- sample(10:150, 1); n <- sample(10:150, 1)
  parameters <- list(A1 = sqrt(2) * qnorm(a1), B1 = 1, A2 = sqrt(2) * qnorm(a2), B2 = 1, rn = rn, ra = rp, delta = abs(a1 - a2))
  # pROC takes the expected covariance for the null's too, which can leave a negative variance: NaN, so null.
  needed <- suppressWarnings(power.roc.test(parameters, power = power, sig.level = alpha, kappa = ratio))
  given <- suppressWarnings(power.roc.test(parameters, ncases = m, ncontrols = n, sig.level = alpha))
  v <- function(A, kappa) pROC:::var.params.obuchowski(A, 1, kappa)
  c12 <- function(A, B, kappa) pROC:::cov.params.obuchowski(A, 1, B, 1, rn, rp, kappa)
  A1 <- parameters$A1; A2 <- parameters$A2
  paper <- (qnorm(1 - alpha / 2) * sqrt(2 * v(A1, ratio) - 2 * c12(A1, A1, ratio)) +
              qnorm(power) * sqrt(v(A1, ratio) + v(A2, ratio) - 2 * c12(A1, A2, ratio)))^2 / (a1 - a2)^2
  r <- area_covariance((a1 + a2) / 2, (a1 + a2) / 2, 1e9, 1e9, (rp + rn) / 2, (rp + rn) / 2) /
    area_covariance((a1 + a2) / 2, (a1 + a2) / 2, 1e9, 1e9, 1, 1)
  list(first = a1, second = a2, rp = rp, rn = rn, ratio = ratio, power = power, alpha = alpha, m = m, n = n,
       ncases = needed$ncases, power_given = given$power, paper_n = paper,
       binormal = c(2 * area_covariance(a1, a1, m, n, 1, 1) - 2 * area_covariance(a1, a1, m, n, rp, rn),
                    area_covariance(a1, a1, m, n, 1, 1) + area_covariance(a2, a2, m, n, 1, 1) -
                      2 * area_covariance(a1, a2, m, n, rp, rn)),
       hanley = hanley(a1, m, n) + hanley(a2, m, n) - 2 * r * sqrt(hanley(a1, m, n) * hanley(a2, m, n)))
})
normal_pairs <- rows(40, function() {
  h <- draw(-3, 3); k <- draw(-3, 3); r <- draw(-0.99, 0.99); list(h = h, k = k, r = r, p = both(h, k, r))
})

# Proportions -------------------------------------------------------------------------------------------------
exact_half <- function(x, n, level) { i <- binom.test(x, n, conf.level = level)$conf.int; (i[2] - i[1]) / 2 }
wilson_half <- function(x, n, level) {
  i <- suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int); (i[2] - i[1]) / 2
}
proportions <- rows(40, function() {
  p <- draw(0.03, 0.97); n <- sample(5:90, 1); level <- sample(c(0.8, 0.9, 0.95, 0.99), 1); half <- draw(0.05, 0.2)
  null <- draw(0.05, 0.95); if (abs(null - p) < 0.03) null <- if (p > 0.5) p - 0.2 else p + 0.2
  alpha <- draw(0.005, 0.15); counts <- 0:n; chance <- dbinom(counts, n, p)
  exact <- sapply(counts, exact_half, n, level); wilson <- sapply(counts, wilson_half, n, level)
  side <- if (p > null) "greater" else "less"
  rejects <- sapply(counts, function(x) binom.test(x, n, null, alternative = side)$p.value <= alpha)
  list(p = p, n = n, level = level, half = half, null = null, alpha = alpha, wald = qnorm((1 + level) / 2) * sqrt(p * (1 - p) / n),
       exact = sum(chance * exact), wilson = sum(chance * wilson),
       exact_assured = sum(chance[exact <= half]), wilson_assured = sum(chance[wilson <= half]),
       power = sum(chance[rejects]))
})
counted <- lapply(list(c(0.9, 0.7, 0.05, 0.8), c(0.85, 0.7, 0.025, 0.9), c(0.6, 0.8, 0.05, 0.8), c(0.95, 0.85, 0.05, 0.8)),
  function(v) {
    power <- sapply(1:1500, function(n) {
      p <- v[1]; p0 <- v[2]; if (p < p0) { p <- 1 - p; p0 <- 1 - p0 }
      critical <- qbinom(v[3], n, p0, lower.tail = FALSE) + 1
      pbinom(critical - 1, n, p, lower.tail = FALSE)
    })
    list(p = v[1], null = v[2], alpha = v[3], power = v[4], first = min(which(power >= v[4])), settled = max(which(power < v[4])) + 1)
  })

# Correlations ------------------------------------------------------------------------------------------------
correlations <- rows(50, function() {
  r <- draw(0.1, 0.9) * sample(c(-1, 1), 1); n <- sample(8:200, 1); level <- sample(c(0.9, 0.95), 1)
  alpha <- draw(0.005, 0.2); alternative <- sample(c("two.sided", "greater"), 1); power <- draw(0.6, 0.95)
  half <- function(c) { z <- qnorm((1 + level) / 2) * sqrt(c / (n - 3)); (tanh(atanh(r) + z) - tanh(atanh(r) - z)) / 2 }
  tested <- pwr.r.test(n = n, r = abs(r), sig.level = alpha, alternative = alternative)
  needed <- tryCatch(pwr.r.test(r = abs(r), sig.level = alpha, power = power, alternative = alternative)$n, error = function(e) NA)
  tail <- if (alternative == "two.sided") alpha / 2 else alpha
  list(r = r, n = n, level = level, alpha = alpha, one_sided = alternative == "greater", power = power,
       half = c(half(1), half(1.06), half(1 + r^2 / 2)), t_power = tested$power, t_n = needed,
       z_n = ((qnorm(1 - tail) + qnorm(power)) / atanh(abs(r)))^2 + 3,
       bonett_n = ((qnorm(1 - tail) + qnorm(power) * sqrt(1 + r^2 / 2)) / atanh(abs(r)))^2 + 3)
})

# Agreement ---------------------------------------------------------------------------------------------------
coefficients <- rows(50, function() {
  icc <- draw(0.2, 0.95); k <- sample(2:5, 1); width <- draw(0.1, 0.4); null <- draw(0, icc - 0.1); alpha <- draw(0.01, 0.2)
  power <- draw(0.6, 0.95); n <- sample(5:120, 1)
  z <- qnorm(0.975); ratio <- (1 + k * null / (1 - null)) / (1 + k * icc / (1 - icc))
  f <- (1 + (k - 1) * icc) / (1 - icc); d1 <- n - 1; d2 <- n * (k - 1)
  low <- f / qf(0.975, d1, d2); high <- f * qf(0.975, d2, d1)
  list(icc = icc, k = k, width = width, null = null, alpha = alpha, power = power, n = n,
       bonett = 8 * z^2 * (1 - icc)^2 * (1 + (k - 1) * icc)^2 / (k * (k - 1) * width^2) + 1 + if (k == 2 && icc >= 0.7) 5 * icc else 0,
       walter = 1 + 2 * (qnorm(1 - alpha) + qnorm(power))^2 * k / (log(ratio)^2 * (k - 1)),
       f_power = pf(qf(1 - alpha, d1, d2) * ratio, d1, d2, lower.tail = FALSE),
       f_half = ((high - 1) / (high + k - 1) - (low - 1) / (low + k - 1)) / 2)
})
limits <- suppressWarnings(rows(40, function() {  # pt() warns of digits beyond the tenth
  n <- sample(6:200, 1); sd <- draw(0.2, 3); bias <- draw(-0.3, 0.3) * sd; delta <- (abs(bias) + draw(2.1, 3.2) * sd)
  alpha <- draw(0.01, 0.2); level <- sample(c(0.9, 0.95), 1); half <- draw(0.2, 0.9) * sd; z <- qnorm(0.975)
  error <- sd * sqrt(1 / n + z^2 / (2 * (n - 1))); t <- qt(1 - alpha / 2, n - 1)
  offset <- function(share, m) uniroot(function(q) pt(q, n - 1, m * sqrt(n)) - share, c(-5, 60 + 10 * m * sqrt(n)), tol = 1e-13)$root / sqrt(n)
  tail <- (1 - level) / 2
  length <- if (1.96 * sqrt(n) < 37) offset(1 - tail, 1.96) - offset(tail, 1.96) else NA
  far <- if (z * sqrt(n) < 37) offset(1 - alpha / 2, z) else NA
  within <- if (is.na(far)) NA else integrate(function(v) {
    s <- sd * sqrt(v / (n - 1)); room <- pmax(delta - far * s, 0)
    (pnorm((room - bias) * sqrt(n) / sd) - pnorm((-room - bias) * sqrt(n) / sd)) * dchisq(v, n - 1)
  }, 0, (n - 1) * (delta / far / sd)^2, rel.tol = 1e-11, subdivisions = 2000)$value
  list(n = n, sd = sd, bias = bias, delta = delta, alpha = alpha, level = level, half = half,
       rule = qnorm((1 + level) / 2) * sd * sqrt(3 / n),
       exact = sd * length / 2, mean = sd * length / 2 * sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2)),
       assured = pchisq((n - 1) * (2 * half / (sd * length))^2, n - 1),
       lu = max(0, 1 - pt(t, n - 1, (delta - bias - z * sd) / error) - pt(t, n - 1, (delta + bias - z * sd) / error)),
       within = within)
}))

# Groups, models, recruitment ---------------------------------------------------------------------------------
groups <- rows(30, function() {
  p <- draw(0.55, 0.95); ratio <- draw(0.3, 4); alpha <- draw(0.01, 0.2); power <- draw(0.6, 0.95); share <- 1 / (1 + ratio)
  list(p = p, ratio = ratio, alpha = alpha, power = power,
       n = (qnorm(1 - alpha / 2) + qnorm(power))^2 / (12 * share * (1 - share) * (p - 0.5)^2))
})
models <- rows(30, function() {
  k <- sample(1:30, 1); f <- draw(0.05, 0.95); most <- 1 - (f^f * (1 - f)^(1 - f))^2; r2 <- round(draw(0.05, 0.6) * most, 4)
  wanted <- r2 / (r2 + 0.05 * most)
  list(k = k, f = f, r2 = r2, a = k / ((0.9 - 1) * log(1 - r2 / 0.9)), b = k / ((wanted - 1) * log(1 - r2 / wanted)),
       c = (qnorm(0.975) / 0.05)^2 * f * (1 - f))
})
recruited <- rows(40, function() {
  f <- draw(0.05, 0.6); kept <- draw(0.6, 1); a <- sample(1:15, 1); b <- sample(0:30, 1); n <- sample(20:120, 1)
  x <- 0:n
  chance <- sum(dbinom(x, n, f * kept) * (x >= a) * pbinom(b - 1, n - x, (1 - f) * kept / (1 - f * kept), lower.tail = FALSE))
  list(f = f, kept = kept, a = a, b = b, n = n, chance = chance)
})

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
  packages = lapply(c(pROC = "pROC", pwr = "pwr", mvtnorm = "mvtnorm"), function(p) as.character(packageVersion(p))),
  command = command, areas = areas, pairs = pairs, normal_pairs = normal_pairs, proportions = proportions, counted = counted,
  correlations = correlations, coefficients = coefficients, limits = limits, groups = groups, models = models,
  recruited = recruited), auto_unbox = TRUE, digits = 15, na = "null"))
