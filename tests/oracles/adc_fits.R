# Reference estimates of the mono-exponential model, by lm() and optim() of base R.
# Run: Rscript tests/oracles/adc_fits.R > tests/oracles/adc_fits.json
schemes <- list(
  c(50, 600, 1000), c(0, 1000), c(0, 50, 400, 800), c(0, 0, 500, 500, 1000, 1000), c(1000, 0, 500)
)
signals <- list(
  c(812, 431, 287), c(1204, 402), c(945, 899, 611, 402), c(701, 688, 402, 415, 250, 231), c(301, 903, 498),
  c(655, 640, 633), c(120, 61, 31), c(88, 90, 95)
)
scheme_of <- c(1, 2, 3, 4, 5, 1, 1, 5)
floors <- c(20, 20, 35, 50, 12.5, 20, 25, NA)
number <- function(x) if (is.na(x)) "null" else trimws(formatC(x, digits = 17, format = "g"))
numbers <- function(x) paste0("[", paste(trimws(formatC(x, digits = 17, format = "g")), collapse = ", "), "]")
# Nelder-Mead finds the minimum, undamped Gauss-Newton polishes it; two signals are fitted exactly by any method
nonlinear <- function(b, s, floor, start) {
  if (is.na(floor) || length(s) < 3) return(c(NA, NA))
  predicted <- function(p) sqrt((p[1] * exp(-b * p[2]))^2 + floor^2)
  jacobian <- function(p) {
    decay <- exp(-b * p[2])
    cbind(p[1] * decay^2, -b * p[1]^2 * decay^2) / predicted(p)
  }
  step <- function(p) qr.solve(jacobian(p), s - predicted(p))
  cost <- function(p) sum((s - predicted(p))^2)
  scaled <- function(q) cost(c(q[1] * start[1], q[2] * 1e-3))
  rough <- optim(c(1, start[2] * 1e3), scaled, method = "Nelder-Mead", control = list(reltol = 1e-15, maxit = 5000))
  p <- c(rough$par[1] * start[1], rough$par[2] * 1e-3)
  for (i in 1:200) p <- p + step(p)
  stopifnot(abs(step(p) / p) < 1e-12, cost(p) <= rough$value * (1 + 1e-9))
  p
}
cases <- vapply(seq_along(signals), function(i) {
  b <- schemes[[scheme_of[i]]]
  s <- signals[[i]]
  ols <- coef(lm(log(s) ~ b))
  wls <- coef(lm(log(s) ~ b, weights = s^2))
  start <- c(exp(wls[[1]]), -wls[[2]])
  nl <- nonlinear(b, s, 0, start)
  fl <- nonlinear(b, s, floors[i], start)
  sprintf(
    paste0(
      '    {"b_values": %s, "signal": %s, "loglinear": {"s0": %s, "adc": %s},\n',
      '     "weighted": {"s0": %s, "adc": %s}, "nonlinear": {"s0": %s, "adc": %s},\n',
      '     "noise_floor": %s, "nonlinear_floor": {"s0": %s, "adc": %s}}'
    ),
    numbers(b), numbers(s), number(exp(ols[[1]])), number(-ols[[2]]),
    number(start[1]), number(start[2]), number(nl[1]), number(nl[2]),
    number(floors[i]), number(fl[1]), number(fl[2])
  )
}, "")
cat(sprintf(
  paste0(
    '{\n  "tool": "%s, stats::lm and stats::optim",\n',
    '  "command": "Rscript tests/oracles/adc_fits.R > tests/oracles/adc_fits.json",\n',
    '  "units": "b s/mm^2, adc mm^2/s, signal, s0 and noise_floor scanner units",\n  "cases": [\n%s\n  ]\n}\n'
  ),
  R.version.string, paste(cases, collapse = ",\n")
))
