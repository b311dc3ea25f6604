# Corrections of a chosen cut-off on given resamples, recalibration, net benefit, predictive values and published
# cut-offs, for tests/statistics/validation. Choices by trial in R, by cutpointr for some; models by rms.
# From the repository root: Rscript tests/oracles/validation.R > tests/oracles/validation.json
suppressMessages({ library(cutpointr); library(rms); library(jsonlite) })
command <- "Rscript tests/oracles/validation.R > tests/oracles/validation.json"

# ---- the choice, by trying every observed value; low values are positive -------------------------------------
accuracy <- function(x, y, cut, side) {
  called <- if (side == "low") x <= cut else x >= cut
  c(mean(called[y]), mean(!called[!y]))
}
area <- function(x, y) mean(outer(x[y], x[!y], function(p, q) (p < q) + 0.5 * (p == q)))
choose <- function(x, y, turn) {
  if (all(y) || !any(y)) return(NULL)
  a <- area(x, y)
  side <- if (turn && a < 0.5 - 1e-12) "high" else "low"
  tried <- sort(unique(x), decreasing = side == "high")
  # From the most specific on, a later cut-off must be better by more than rounding.
  best <- NULL; best_j <- -Inf
  for (cut in tried) {
    j <- sum(accuracy(x, y, cut, side)) - 1
    if (j > best_j + 1e-9) { best <- cut; best_j <- j }
  }
  list(cut = best, side = side, auc = if (side == "high") 1 - a else a)
}
four <- function(rule, x, y) {
  a <- area(x, y)
  s <- accuracy(x, y, rule$cut, rule$side)
  c(if (rule$side == "high") 1 - a else a, s, sum(s) - 1)
}
plus <- function(inside, outside, none) {
  capped <- min(outside, none)
  over <- if (outside > inside && none > inside) (capped - inside) / (none - inside) else 0
  w <- 0.632 / (1 - 0.368 * over)
  c((1 - w) * inside + w * capped, over)
}

validated <- function(x, y, draws, folds, turn) {
  n <- length(x)
  rule <- choose(x, y, turn)
  apparent <- four(rule, x, y)
  gains <- NULL; cuts <- c(); sides <- c()
  wrong <- out <- numeric(n); pair_out <- pair_right <- matrix(0, sum(y), sum(!y)); differs <- numeric(n)
  sample_call <- if (rule$side == "low") x <= rule$cut else x >= rule$cut
  for (i in seq_len(nrow(draws))) {
    row <- draws[i, ]
    found <- choose(x[row], y[row], turn)
    if (is.null(found)) { cuts <- c(cuts, NA); sides <- c(sides, NA); next }
    cuts <- c(cuts, found$cut); sides <- c(sides, found$side)
    gains <- rbind(gains, four(found, x[row], y[row]) - four(found, x, y))
    called <- if (found$side == "low") x <= found$cut else x >= found$cut
    absent <- !(seq_len(n) %in% row)
    out <- out + absent
    wrong <- wrong + (absent & called != y)
    differs <- differs + (called != sample_call)
    both <- outer(absent[y], absent[!y], `&`)
    right <- outer(x[y], x[!y], function(p, q) if (found$side == "low") (p < q) + 0.5 * (p == q) else (p > q) + 0.5 * (p == q))
    pair_out <- pair_out + both
    pair_right <- pair_right + both * right
  }
  share <- 1 - wrong / out
  outside <- c(if (turn) mean((pair_right / pair_out)[pair_out > 0]) else apparent[1],
               mean(share[y & out > 0]), mean(share[!y & out > 0]))
  outside <- c(outside, outside[2] + outside[3] - 1)
  q <- mean(sample_call)
  p632 <- plus_value <- over <- c()
  none <- c(0.5, 1 - q, q, 0.5)
  for (i in 1:4) {
    scale <- if (i == 4) 2 else 1
    e_in <- (1 - apparent[i]) / scale; e_out <- (1 - outside[i]) / scale
    p632 <- c(p632, 1 - scale * (0.368 * e_in + 0.632 * e_out))
    both <- if (is.na(e_out)) c(NA, NA) else plus(e_in, e_out, none[i])
    plus_value <- c(plus_value, 1 - scale * both[1]); over <- c(over, both[2])
  }
  usable <- sum(!is.na(cuts))
  loo <- NULL
  if (min(sum(y), sum(!y)) > 1) {
    right <- sapply(seq_len(n), function(i) {
      found <- choose(x[-i], y[-i], turn)
      (if (found$side == "low") x[i] <= found$cut else x[i] >= found$cut) == y[i]
    })
    pairs <- outer(which(y), which(!y), Vectorize(function(i, j) {
      side <- if (turn && area(x[-c(i, j)], y[-c(i, j)]) < 0.5 - 1e-12) "high" else "low"
      if (x[i] == x[j]) 0.5 else as.numeric((x[i] < x[j]) == (side == "low"))
    }))
    loo <- c(mean(pairs), mean(right[y]), mean(right[!y]))
  }
  cv <- NULL
  if (!is.null(folds)) for (i in seq_len(nrow(folds))) {
    right <- logical(n); areas <- c()
    for (fold in unique(folds[i, ])) {
      held <- folds[i, ] == fold
      found <- choose(x[!held], y[!held], turn)
      right[held] <- (if (found$side == "low") x[held] <= found$cut else x[held] >= found$cut) == y[held]
      a <- area(x[held], y[held])
      areas <- c(areas, if (found$side == "high") 1 - a else a)
    }
    cv <- rbind(cv, c(mean(areas), mean(right[y]), mean(right[!y])))
  }
  list(x = I(x), y = I(as.integer(y)), draws = draws - 1, folds = folds, turn = turn, apparent = I(apparent),
       cut = rule$cut, side = rule$side, cuts = I(cuts), reversed = I(as.integer(sides == "high")),
       optimism = I(if (is.null(gains)) rep(NA, 4) else colMeans(gains)), outside = I(outside), p632 = I(p632),
       plus = I(plus_value), over = I(over), differs = I(differs / usable), loo = I(if (is.null(loo)) numeric(0) else loo), cv = cv)
}

set.seed(20200301)
one_set <- function(n1, n0, shift, digits, rows, k, turn) {
  x <- round(c(rnorm(n1, 1 - shift, 0.3), rnorm(n0, 1, 0.3)), digits)
  y <- rep(c(TRUE, FALSE), c(n1, n0))
  if (length(unique(x)) == 1) x[1] <- x[1] + 1
  mixed <- sample(n1 + n0)
  x <- x[mixed]; y <- y[mixed]
  draws <- matrix(sample(n1 + n0, rows * (n1 + n0), replace = TRUE), rows)
  folds <- NULL
  if (min(n1, n0) >= k) folds <- t(replicate(2, {
    f <- integer(n1 + n0)
    f[y] <- sample(rep_len(seq_len(k) - 1, n1)); f[!y] <- sample(rep_len(seq_len(k) - 1, n0)); f
  }))
  validated(x, y, draws, folds, turn)
}
random <- lapply(1:200, function(i) one_set(sample(3:8, 1), sample(4:14, 1), runif(1, -0.1, 0.6),
                                            sample(1:3, 1), 10, 3, i %% 2 == 0))
degenerate <- lapply(1:30, function(i) {
  kind <- i %% 5
  if (kind == 0) one_set(2, 2, 0, 0, 8, 2, i %% 2 == 0)
  else if (kind == 1) one_set(3, 3, 9, 1, 8, 3, FALSE)            # perfect separation
  else if (kind == 2) one_set(3, 4, -9, 1, 8, 3, i %% 2 == 0)     # perfectly the other way
  else if (kind == 3) one_set(1, 5, 0.3, 1, 8, 2, FALSE)          # a single positive
  else one_set(4, 9, 0.2, 0, 8, 2, i %% 2 == 0)                   # almost all tied
})

# ---- cutpointr chooses in each resample ----------------------------------------------------------------------
by_cutpointr <- lapply(1:6, function(i) {
  set <- one_set(6, 14, 0.5, 2, 12, 3, FALSE)
  set$cuts <- I(sapply(seq_len(nrow(set$draws)), function(r) {
    row <- set$draws[r, ] + 1
    if (length(unique(set$y[row])) < 2) return(NA)
    d <- data.frame(x = as.numeric(set$x[row]), y = set$y[row])
    found <- cutpointr(d, x, y, pos_class = 1, neg_class = 0, direction = "<=", method = maximize_metric,
                       metric = youden, break_ties = c, silent = TRUE)
    cuts <- unlist(found$optimal_cutpoint)
    min(cuts[is.finite(cuts)])
  }))
  set[c("x", "y", "draws", "cuts")]
})

# ---- models: rms::validate on resamples that it draws itself, recovered from the same seed --------------------
models <- lapply(1:4, function(i) {
  n <- 70; p <- c(1, 1, 2, 3)[i]
  x <- matrix(round(rnorm(n * p, 1, 0.25), 3), n)
  y <- runif(n) < plogis(0.4 - 5 * (x[, 1] - 0.9))
  d <- data.frame(y = y, x)
  fit <- lrm(y ~ ., data = d, x = TRUE, y = TRUE, tol = 1e-14, eps = 1e-12, maxit = 100)
  set.seed(100 + i)
  v <- rms::validate(fit, B = 25, tol = 1e-14, eps = 1e-12, maxit = 100)
  set.seed(100 + i)
  draws <- t(sapply(1:25, function(b) sample(n, replace = TRUE)))
  val <- val.prob(plogis(predict(fit)), y, pl = FALSE)
  list(x = x, y = I(as.integer(y)), draws = draws - 1,
       apparent = I(c(v["Dxy", "index.orig"] / 2 + 0.5, v["B", "index.orig"], v["Intercept", "index.orig"],
                      v["Slope", "index.orig"])),
       corrected = I(c(v["Dxy", "index.corrected"] / 2 + 0.5, v["B", "index.corrected"],
                       v["Intercept", "index.corrected"], v["Slope", "index.corrected"])))
})

# ---- calibration of given risks ------------------------------------------------------------------------------
calibrations <- lapply(1:24, function(i) {
  n <- sample(c(20, 47, 120), 1)
  lp <- rnorm(n, -0.8, 1.2)
  risk <- plogis(runif(1, 0.5, 1.6) * lp + runif(1, -0.5, 0.5))
  if (i %% 3 == 0) risk <- round(risk, 1) * 0.98 + 0.01            # tied risks
  y <- runif(n) < plogis(lp)
  while (sum(y) < 3 || sum(!y) < 3) y <- runif(n) < plogis(lp)
  v <- val.prob(risk, y, pl = FALSE)
  large <- glm(y ~ 1, offset = qlogis(risk), family = binomial, control = list(epsilon = 1e-14, maxit = 100))
  line <- glm(y ~ qlogis(risk), family = binomial, control = list(epsilon = 1e-14, maxit = 100))
  g <- 6
  edges <- unique(quantile(risk, seq(0, 1, length.out = g + 1)))
  group <- cut(risk, edges, include.lowest = TRUE)
  seen <- tapply(y, group, sum); said <- tapply(risk, group, sum); size <- tapply(y, group, length)
  keep <- !is.na(size); seen <- seen[keep]; said <- said[keep]; size <- size[keep]
  hl <- sum((seen - said)^2 / said + ((size - seen) - (size - said))^2 / (size - said))
  smooth <- lowess(risk, y, f = 2 / 3, iter = 0, delta = 0)
  at <- pmin(1, pmax(0, approx(smooth, xout = risk, ties = "ordered")$y))
  list(risk = I(risk), y = I(as.integer(y)), large = I(unname(c(coef(large), sqrt(diag(vcov(large)))))),
       line = I(unname(c(coef(line), sqrt(diag(vcov(line)))))), brier = unname(v["Brier"]),
       z = unname(v["S:z"]), p = unname(v["S:p"]), area = unname(v["C (ROC)"]),
       groups = g, seen = I(as.vector(seen)), size = I(as.vector(size)), said = I(as.vector(said / size)),
       hl = hl, hl_p = pchisq(hl, length(size) - 2, lower.tail = FALSE),
       smooth_x = I(smooth$x), smooth_y = I(smooth$y))
})

# ---- predictive values over prevalence -----------------------------------------------------------------------
prevalence <- c(0.02, 0.1, 0.19, 0.5, 0.9)
tables <- list(c(9, 13, 0, 25), c(7, 5, 2, 33), c(7, 0, 2, 38), c(9, 0, 0, 38), c(0, 5, 9, 33), c(40, 20, 10, 80))
exact <- function(x, n, level) c(if (x == 0) 0 else qbeta((1 - level) / 2, x, n - x + 1),
                                 if (x == n) 1 else qbeta((1 + level) / 2, x + 1, n - x))
curves <- list()
for (t in tables) for (level in c(0.95, 0.8)) {
  tp <- t[1]; fp <- t[2]; fn <- t[3]; tn <- t[4]; n1 <- tp + fn; n0 <- fp + tn; z <- qnorm((1 + level) / 2)
  ppv <- function(se, sp) prevalence * se / (prevalence * se + (1 - prevalence) * (1 - sp))
  npv <- function(se, sp) (1 - prevalence) * sp / ((1 - prevalence) * sp + prevalence * (1 - se))
  logit_band <- function(se, sp, m1, m0) {
    v_p <- (1 - se) / se / m1 + sp / (1 - sp) / m0; v_n <- se / (1 - se) / m1 + (1 - sp) / sp / m0
    list(ppv = rbind(plogis(qlogis(ppv(se, sp)) - z * sqrt(v_p)), plogis(qlogis(ppv(se, sp)) + z * sqrt(v_p))),
         npv = rbind(plogis(qlogis(npv(se, sp)) - z * sqrt(v_n)), plogis(qlogis(npv(se, sp)) + z * sqrt(v_n))))
  }
  se <- tp / n1; sp <- tn / n0
  a <- exact(tp, n1, sqrt(level)); b <- exact(tn, n0, sqrt(level))
  curves[[length(curves) + 1]] <- list(
    table = I(t), level = level, prevalence = I(prevalence), ppv = I(ppv(se, sp)), npv = I(npv(se, sp)),
    logit = logit_band(se, sp, n1, n0),
    adjusted = logit_band((tp + z^2 / 2) / (n1 + z^2), (tn + z^2 / 2) / (n0 + z^2), n1 + z^2, n0 + z^2),
    box = list(ppv = rbind(ppv(a[1], b[1]), ppv(a[2], b[2])), npv = rbind(npv(a[1], b[1]), npv(a[2], b[2]))))
}

# ---- net benefit ---------------------------------------------------------------------------------------------
decisions <- lapply(1:40, function(i) {
  n <- sample(6:30, 1)
  y <- c(TRUE, FALSE, runif(n - 2) < 0.3); risk <- round(runif(n), sample(1:3, 1)); rule <- runif(n) < 0.4
  t <- c(0.05, 0.1, 0.2, 0.35, 0.5, 0.8); stated <- 0.15
  by_count <- sapply(t, function(p) (sum(risk >= p & y) - sum(risk >= p & !y) * p / (1 - p)) / n)
  of_rule <- sapply(t, function(p) (sum(rule & y) - sum(rule & !y) * p / (1 - p)) / n)
  at_stated <- sapply(t, function(p) stated * mean(risk[y] >= p) - (1 - stated) * mean(risk[!y] >= p) * p / (1 - p))
  list(y = I(as.integer(y)), risk = I(risk), rule = I(as.integer(rule)), t = I(t), by_count = I(by_count),
       of_rule = I(of_rule), at_stated = I(at_stated), all = I(mean(y) - mean(!y) * t / (1 - t)))
})

# ---- published cut-offs --------------------------------------------------------------------------------------
pairs <- lapply(1:80, function(i) {
  n1 <- sample(1:40, 1); n2 <- sample(1:60, 1); a <- sample(0:n1, 1); b <- sample(0:n2, 1)
  if (i <= 4) { a <- c(0, n1, 0, n1)[i]; b <- c(0, n2, n2, 0)[i] }
  w <- function(x, n) as.vector(suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int)
  first <- w(a, n1); second <- w(b, n2)
  list(counts = I(c(a, n1, b, n2)), fisher = fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2))$p.value,
       newcombe = I(c(a / n1 - b / n2 - sqrt((a / n1 - first[1])^2 + (second[2] - b / n2)^2),
                      a / n1 - b / n2 + sqrt((first[2] - a / n1)^2 + (b / n2 - second[1])^2))))
})

versions <- lapply(list(cutpointr = "cutpointr", rms = "rms"), function(p) as.character(packageVersion(p)))
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."), packages = versions,
                       command = command, random = random, degenerate = degenerate, cutpointr = by_cutpointr,
                       models = models, calibrations = calibrations, curves = curves, decisions = decisions,
                       pairs = pairs), auto_unbox = TRUE, digits = 15, na = "null"))
