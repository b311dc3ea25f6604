# Agreement of continuous readings: intraclass correlation (psych), Bland-Altman limits with exact intervals,
# limits from repeated readings, within-lesion precision and variance components,
# for tests/statistics/agreement/. The noncentral t quantiles are found by integrating the distribution from
# its definition: qt(ncp = ) stops at 1e-8 and errs beyond a noncentrality of 37.62.
# From the repository root: Rscript tests/oracles/agreement.R > tests/oracles/agreement.json
suppressMessages({ library(psych); library(lme4); library(jsonlite) })

command <- "Rscript tests/oracles/agreement.R > tests/oracles/agreement.json"
forms <- c("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")

one_icc <- function(name, readings, keep = TRUE) {
  found <- suppressWarnings(ICC(readings, lmer = FALSE))$results
  numbers <- as.matrix(found[, c("ICC", "F", "df1", "df2", "p", "lower bound", "upper bound")])
  list(name = name, readings = readings, psych = unname(numbers))
}

# P(T <= t) of noncentral t: the normal numerator given the chi denominator, integrated over the latter.
noncentral_t <- function(t, df, shift) {
  centre <- sqrt((df - 1) / df)
  integrand <- function(u) {
    pnorm(t * u - shift) * exp(log(2) + (df / 2) * log(df / 2) - lgamma(df / 2) + (df - 1) * log(u) - df * u^2 / 2)
  }
  width <- 1 / sqrt(2 * df)
  ends <- sort(unique(pmax(0, c(0, centre + c(-12, -6, -3, 0, 3, 6, 12) * width, 4 + centre + 40 * width))))
  total <- 0
  for (i in seq_len(length(ends) - 1)) {
    total <- total + integrate(integrand, ends[i], ends[i + 1], rel.tol = 1e-13, abs.tol = 1e-15,
                               subdivisions = 2000, stop.on.error = FALSE)$value
  }
  total
}
noncentral_quantile <- function(p, df, shift) {
  low <- shift - 20; high <- shift + 20
  while (noncentral_t(high, df, shift) < p) high <- high * 2
  root <- uniroot(function(t) noncentral_t(t, df, shift) - p, c(low, high), tol = 1e-13, maxiter = 500)$root
  root
}
offsets <- list()
limit_offsets <- function(n, level = 0.95) {
  key <- paste(n, level)
  if (is.null(offsets[[key]])) {
    tail <- (1 - level) / 2
    offsets[[key]] <<- signif(c(noncentral_quantile(tail, n - 1, 1.96 * sqrt(n)),
                                noncentral_quantile(1 - tail, n - 1, 1.96 * sqrt(n))) / sqrt(n), 10)
  }
  offsets[[key]]
}

line <- function(x, y) {
  fitted <- lm(y ~ x)
  s <- suppressWarnings(summary(fitted))
  c(unname(coef(fitted)[2:1]), suppressWarnings(unname(confint(fitted)[2, ])), s$coefficients[2, 4], s$sigma)
}

bland_altman <- function(a, b, variant) {
  if (variant == "difference") { d <- a - b; m <- (a + b) / 2 }
  if (variant == "percent") { m <- (a + b) / 2; d <- (a - b) / m }
  if (variant == "log") { d <- log(a) - log(b); m <- (log(a) + log(b)) / 2 }
  n <- length(d); s <- sd(d); t <- qt(0.975, n - 1)
  test <- t.test(d)
  off <- limit_offsets(n)
  at <- function(h) mean(d) + c(-1, 1) * h * s
  h86 <- t * sqrt(3 / n); h99 <- t * sqrt(1 / n + 1.96^2 / (2 * (n - 1)))
  numbers <- c(mean(d), test$conf.int, mean(d) - 1.96 * s, mean(d) + 1.96 * s,
               mean(d) - off[2] * s, mean(d) - off[1] * s, mean(d) + off[1] * s, mean(d) + off[2] * s,
               mean(d) - (1.96 + h86) * s, mean(d) - (1.96 - h86) * s,
               mean(d) - (1.96 + h99) * s, mean(d) - (1.96 - h99) * s)
  if (variant == "log") numbers <- exp(numbers)
  list(variant = variant, numbers = numbers, sd = s, p_value = test$p.value, line = line(m, d),
       spread = line(m, abs(residuals(lm(d ~ m)))))
}

mover <- function(factor, square, df) {
  total <- sum(factor * square)
  c(total - sqrt(sum((factor * square * (1 - df / qchisq(0.975, df)))^2)),
    total + sqrt(sum((factor * square * (df / qchisq(0.025, df) - 1))^2)))
}
limits_of <- function(bias, variance_of_bias, n, factor, square, df) {
  s <- sqrt(sum(factor * square)); ends <- mover(factor, square, df)
  half <- qt(0.975, n - 1) * sqrt(variance_of_bias)
  out <- sqrt(half^2 + 1.96^2 * (sqrt(ends[2]) - s)^2); inn <- sqrt(half^2 + 1.96^2 * (s - sqrt(ends[1]))^2)
  l <- bias - 1.96 * s; u <- bias + 1.96 * s
  c(bias, bias - half, bias + half, s, l, l - out, l + inn, u, u - inn, u + out)
}
squares <- function(y, id) { s <- summary(aov(y ~ factor(id)))[[1]]; list(ms = s[["Mean Sq"]], df = s[["Df"]]) }

# Bland and Altman 1999, section 5, and 2007: truth constant (repeats of each apart) and varying (pairs).
repeated <- function(a, id_a, b, id_b) {
  n <- length(unique(id_a)); ma <- tapply(a, id_a, mean); mb <- tapply(b, id_b, mean)
  na <- table(id_a); nb <- table(id_b); d <- ma - mb
  sa <- squares(a, id_a); sb <- squares(b, id_b)
  limits_of(mean(d), var(d) / n, n, c(1, mean(1 - 1 / na), mean(1 - 1 / nb)), c(var(d), sa$ms[2], sb$ms[2]),
            c(n - 1, sa$df[2], sb$df[2]))
}
paired <- function(a, b, id) {
  d <- a - b; s <- squares(d, id); m <- table(id); n <- length(m); N <- sum(m)
  m0 <- (N^2 - sum(m^2)) / ((n - 1) * N)
  component <- (s$ms[1] - s$ms[2]) / m0
  c(limits_of(mean(d), max(0, component) * sum(m^2) / N^2 + s$ms[2] / N, n, c(1 / m0, 1 - 1 / m0), s$ms,
              c(n - 1, N - n)), component)
}

precision <- function(y, id) {
  keep <- id %in% names(which(table(id) > 1)); y <- y[keep]; id <- id[keep]
  s <- squares(y, id); l <- squares(log(y), id); df <- s$df[2]
  m <- tapply(y, id, mean); v <- tapply(y, id, var); w <- table(id) - 1
  rms <- sqrt(sum(w * v / m^2) / sum(w)); wsd <- sqrt(s$ms[2]); lsd <- sqrt(l$ms[2])
  by <- sqrt(df / qchisq(c(0.975, 0.025), df)); rc <- 1.96 * sqrt(2)
  c(wsd, wsd * by, rc * wsd, rc * wsd * by, rms, rms * by, sqrt(exp(lsd^2) - 1), sqrt(exp((lsd * by)^2) - 1),
    exp(-rc * lsd) - 1, exp(-rc * lsd * rev(by)) - 1, exp(rc * lsd) - 1, exp(rc * lsd * by) - 1)
}

precise <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE,
                       optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-16, maxeval = 5000))
fitted_or_null <- function(formula, d) {
  tryCatch(suppressMessages(suppressWarnings(lmer(formula, d, control = precise))), error = function(e) NULL)
}
components <- function(x) {
  n <- dim(x)[1]; k <- dim(x)[2]; m <- dim(x)[3]
  d <- expand.grid(lesion = factor(1:n), reader = factor(1:k), repeat_ = 1:m); d$y <- as.vector(x)
  if (m == 1) {
    s <- summary(aov(y ~ lesion + reader, d))[[1]]; ms <- s[["Mean Sq"]]; df <- s[["Df"]]
    variances <- c((ms[1] - ms[3]) / k, (ms[2] - ms[3]) / n, NA, ms[3])
    factor_ <- c(1 / n, (n - 1) / n); used <- 2:3
    model <- fitted_or_null(y ~ 1 + (1 | lesion) + (1 | reader), d)
  } else {
    s <- summary(aov(y ~ lesion * reader, d))[[1]]; ms <- s[["Mean Sq"]]; df <- s[["Df"]]
    variances <- c((ms[1] - ms[3]) / (k * m), (ms[2] - ms[3]) / (n * m), (ms[3] - ms[4]) / m, ms[4])
    factor_ <- c(1 / (n * m), (n - 1) / (n * m), 1 - 1 / m); used <- 2:4
    model <- fitted_or_null(y ~ 1 + (1 | lesion) + (1 | reader) + (1 | lesion:reader), d)
  }
  total <- sum(factor_ * ms[used]); ends <- mover(factor_, ms[used], df[used])
  reml <- if (is.null(model)) NULL else {
    v <- as.data.frame(VarCorr(model)); get <- function(g) { hit <- v$vcov[v$grp == g]; if (length(hit)) hit else NA }
    # An iterative fit: no more digits than every platform agrees on.
    signif(c(get("lesion"), get("reader"), if (m == 1) NA else get("lesion:reader"), get("Residual")), 4)
  }
  list(components = variances, sd = sqrt(c(total, pmax(ends, 0))), lmer = reml)
}

set.seed(20240501)
drawn <- function(n, k, shift, noise, digits) {
  lesion <- rlnorm(n, 0, 0.3); reader <- rnorm(k, 0, shift)
  pmax(round(sapply(seq_len(k), function(j) lesion * exp(reader[j] + rnorm(n, 0, noise))), digits), 0.01)
}

shrout_fleiss <- rbind(c(9, 2, 5, 8), c(6, 1, 3, 2), c(8, 4, 6, 8), c(7, 1, 2, 6), c(10, 5, 6, 9), c(6, 2, 4, 7))
iccs <- list(one_icc("Shrout and Fleiss 1979, table 2", shrout_fleiss))
for (i in 1:200) {
  x <- drawn(sample(3:14, 1), sample(2:4, 1), sample(c(0, 0.05, 0.3), 1), sample(c(0.02, 0.1, 0.5), 1), sample(2:3, 1))
  iccs[[length(iccs) + 1]] <- one_icc(paste("random", i), x)
}
for (i in 1:30) {
  # Few distinct values: ties, equal columns, negative coefficients.
  x <- matrix(sample(1:3, sample(3:6, 1) * 3, TRUE), ncol = 3)
  if (i %% 3 == 0) x <- x[, 1:2]
  if (all(apply(x, 1, var) == 0) || length(unique(as.vector(x))) == 1) next
  e <- residuals(aov(as.vector(x) ~ factor(row(x)) + factor(col(x))))
  if (max(abs(e)) < 1e-9) next
  iccs[[length(iccs) + 1]] <- one_icc(paste("coarse", i), x)
}

# Bland and Altman 1986 (Lancet 327: 307), table 1: first readings of a large and a mini peak flow meter.
large <- c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
mini <- c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
pairs <- list(list(name = "peak flow, Bland and Altman 1986", a = large, b = mini))
for (i in 1:200) {
  x <- drawn(sample(c(3:9, 12, 17, 30), 1), 2, sample(c(0, 0.1), 1), sample(c(0.03, 0.2), 1), 3)
  pairs[[length(pairs) + 1]] <- list(name = paste("random", i), a = x[, 1], b = x[, 2])
}
many <- drawn(400, 2, 0.1, 0.1, 3)
pairs[[length(pairs) + 1]] <- list(name = "400 lesions", a = many[, 1], b = many[, 2])
limits <- lapply(pairs, function(p) {
  variants <- c("difference", "percent", "log")
  if (startsWith(p$name, "random")) variants <- sample(variants, 1)
  c(p, list(variants = lapply(variants, function(v) bland_altman(p$a, p$b, v))))
})

repeats <- list()
for (i in 1:60) {
  n <- sample(3:10, 1); lesion <- rnorm(n, 10, 2)
  id_a <- rep(1:n, sample(1:4, n, TRUE) + (seq_len(n) == 1)); id_b <- rep(1:n, sample(1:3, n, TRUE) + (seq_len(n) == 2))
  a <- round(lesion[id_a] + rnorm(length(id_a)), 2); b <- round(lesion[id_b] + 0.5 + rnorm(length(id_b)), 2)
  w <- rnorm(length(id_a)); c_ <- round(lesion[id_a] + w + rnorm(length(id_a), 0.2), 2)
  repeats[[i]] <- list(a = a, id_a = id_a, b = b, id_b = id_b, constant = repeated(a, id_a, b, id_b),
                       second_of_pair = c_, varying = paired(a, c_, id_a))
}

precisions <- list()
for (i in 1:100) {
  n <- sample(3:12, 1); id <- rep(1:n, pmax(sample(1:3, n, TRUE), 1 + (seq_len(n) <= 2)))
  y <- pmax(round(rlnorm(n, 0, 0.4)[id] * exp(rnorm(length(id), 0, sample(c(0.03, 0.15), 1))), 3), 0.01)
  if (any(tapply(y, id, length) > 1 & tapply(y, id, function(v) length(unique(v))) > 1)) {
    precisions[[length(precisions) + 1]] <- list(y = y, id = id, numbers = precision(y, as.character(id)))
  }
}

designs <- list()
for (i in 1:60) {
  n <- sample(3:9, 1); k <- sample(2:4, 1); m <- sample(1:3, 1)
  x <- array(rnorm(n, 10, 2), c(n, k, m)) + array(rep(rnorm(k, 0, sample(c(0, 0.5, 1.5), 1)), each = n), c(n, k, m)) +
    array(rnorm(n * k, 0, 0.5), c(n, k, m)) + array(rnorm(n * k * m, 0, 0.7), c(n, k, m))
  x <- round(x, 2)
  designs[[i]] <- c(list(readings = x), components(x))
}

packages <- sapply(c("psych", "lme4"), function(p) as.character(packageVersion(p)))
cat(toJSON(list(tool = "R", version = as.character(getRversion()), packages = as.list(packages), command = command,
                forms = forms, icc = iccs, limits = limits, repeats = repeats, precision = precisions,
                designs = designs), digits = I(15), auto_unbox = TRUE, na = "string", null = "null"), "\n")
