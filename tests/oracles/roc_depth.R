# Comparisons, partial areas, operating points and cut-off rules by pROC; classes by Hmisc, pROC and our own
# count of triples. For tests/statistics/roc/ and tests/statistics/cutoff/.
# From the repository root: Rscript tests/oracles/roc_depth.R > tests/oracles/roc_depth.json
# pROC last: cutpointr has a roc() and an auc() too.
suppressMessages({ library(cutpointr); library(Hmisc); library(pROC); library(jsonlite) })

command <- "Rscript tests/oracles/roc_depth.R > tests/oracles/roc_depth.json"
quietly <- function(value) suppressMessages(suppressWarnings(value))
curve_of <- function(marker, positive, direction) {
  quietly(roc(as.integer(positive), marker, levels = c(0, 1), direction = if (direction == "low") ">" else "<"))
}

# DeLong's covariance matrix of several areas and the chi-squared test of contrasts, from the kernel of all pairs.
contrast_test <- function(markers, positive, directions) {
  placed <- lapply(seq_along(markers), function(k) {
    m <- if (directions[k] == "low") -markers[[k]] else markers[[k]]
    psi <- outer(m[positive], m[!positive], function(a, b) (a > b) + 0.5 * (a == b))
    list(theta = mean(psi), x = rowMeans(psi), y = colMeans(psi))
  })
  theta <- sapply(placed, `[[`, "theta")
  s <- cov(sapply(placed, `[[`, "x")) / sum(positive) + cov(sapply(placed, `[[`, "y")) / sum(!positive)
  contrast <- cbind(-1, diag(length(theta) - 1))
  spread <- contrast %*% s %*% t(contrast)
  statistic <- if (rcond(spread) > 1e-10) c(t(contrast %*% theta) %*% solve(spread) %*% contrast %*% theta) else NA
  list(theta = I(theta), covariance = s, statistic = statistic,
       p = if (is.na(statistic)) NA else pchisq(statistic, length(theta) - 1, lower.tail = FALSE))
}

paired <- function(a, b, positive, directions) {
  test <- quietly(roc.test(curve_of(a, positive, directions[1]), curve_of(b, positive, directions[2]),
                           method = "delong", paired = TRUE))
  apart <- quietly(roc.test(curve_of(a, positive, directions[1]), curve_of(b, positive, directions[2]),
                            method = "delong", paired = FALSE))
  list(z = unname(test$statistic), p = test$p.value, interval = I(as.vector(test$conf.int)),
       d = unname(apart$statistic), df = unname(apart$parameter), p_apart = apart$p.value)
}

ranges <- list(c(0.9, 1), c(0.55, 0.83), c(0, 0.3))
partial <- function(curve) {
  I(unlist(lapply(ranges, function(range) lapply(c("specificity", "sensitivity"), function(focus) {
    c(as.vector(quietly(auc(curve, partial.auc = range, partial.auc.focus = focus))),
      as.vector(quietly(auc(curve, partial.auc = range, partial.auc.focus = focus, partial.auc.correct = TRUE,
                            allow.invalid.partial.auc.correct = TRUE))))
  }))))
}

fixed <- c(0.95, 0.9, 0.8, 0.5, 0.123)
weights <- c(2.5, 0.2)
best <- function(curve, method, w) {
  sort(quietly(coords(curve, "best", best.method = method, best.weights = w, ret = "threshold",
                      transpose = FALSE))$threshold)
}
of_one <- function(marker, positive, direction) {
  curve <- curve_of(marker, positive, direction)
  # Several rows of the same fixed value are the foot and the top of a step: the top is the answer.
  at <- function(input, ret) I(sapply(fixed, function(x)
    max(as.vector(quietly(coords(curve, x, input = input, ret = ret, transpose = TRUE))))))
  list(partial = partial(curve), sensitivity = at("specificity", "sensitivity"),
       specificity = at("sensitivity", "specificity"),
       youden = I(best(curve, "youden", c(1, 0.5))), youden_priced = I(best(curve, "youden", weights)),
       corner = I(best(curve, "closest.topleft", c(1, 0.5))),
       corner_priced = I(best(curve, "closest.topleft", weights)))
}

triples <- function(classes) {
  total <- 0
  for (x in classes[[1]]) for (y in classes[[2]]) {
    if (x < y) total <- total + sum((y < classes[[3]]) + 0.5 * (y == classes[[3]]))
    if (x == y) total <- total + sum(0.5 * (y < classes[[3]]) + (y == classes[[3]]) / 6)
  }
  total / prod(lengths(classes))
}
of_classes <- function(marker, grade) {
  classes <- split(marker, grade)
  c_index <- rcorr.cens(marker, grade)
  pairs <- list(c(1, 2), c(1, 3), c(2, 3))
  areas <- lapply(pairs, function(pair) {
    curve <- curve_of(c(classes[[pair[1]]], classes[[pair[2]]]), rep(c(FALSE, TRUE), lengths(classes[pair])), "high")
    variance <- quietly(var(curve, method = "delong"))
    area <- as.vector(curve$auc)
    p <- if (is.na(variance) || variance < 1e-15) NA else 2 * pnorm(-abs(area - 0.5) / sqrt(variance))
    c(area, p, as.vector(quietly(ci.auc(curve)))[c(1, 3)])
  })
  areas <- do.call(rbind, areas)
  list(volume = triples(classes), c_index = unname(c_index["C Index"]), sd = unname(c_index["S.D."]),
       areas = areas, holm = I(if (anyNA(areas[, 2])) NA else p.adjust(areas[, 2], "holm")))
}

# Every cut-off that is best on one side while the other reaches 0.8; an infinite one calls nobody positive.
constrained <- function(marker, positive) {
  cases <- data.frame(marker = marker, positive = positive)
  found <- lapply(list(fixed_sensitivity = spec_constrain, fixed_specificity = sens_constrain), function(metric)
    cutpointr(cases, marker, positive, pos_class = TRUE, neg_class = FALSE, direction = ">=",
              method = maximize_metric, metric = metric, min_constrain = 0.8, break_ties = c, silent = TRUE))
  lapply(found, function(one) I(sort(unlist(one$optimal_cutpoint))))
}

set.seed(20200210)
sets <- list()
for (i in 1:230) {
  # The last thirty are degenerate: few cases, few values, perfect separation.
  plain <- i <= 200
  m <- if (plain) sample(4:14, 1) else sample(2:4, 1)
  n <- if (plain) sample(4:20, 1) else sample(2:4, 1)
  digits <- if (plain) sample(0:3, 1) else sample(0:1, 1)
  positive <- rep(c(TRUE, FALSE), c(m, n))
  common <- rnorm(m + n)
  shift <- if (i %% 10 == 0) 9 else runif(1, 0, 2)
  markers <- lapply(1:3, function(k) round(common * 0.7 + rnorm(m + n) + shift * positive * (if (k == 3) -1 else 1), digits))
  directions <- c("high", "high", "low")
  grade <- c(rep(2, m), sample(rep(0:1, length.out = n)))
  item <- list(positive = m, negative = n, markers = lapply(markers, I), grade = I(grade),
               pair = paired(markers[[1]], markers[[3]], positive, directions[c(1, 3)]),
               overall = contrast_test(markers, positive, directions), one = of_one(markers[[1]], positive, "high"),
               low = of_one(markers[[3]], positive, "low"))
  if (i <= 100) item$constrained <- constrained(markers[[1]], positive)
  item$classes <- if (min(table(grade)) > 1) of_classes(markers[[2]], grade) else NA
  sets[[i]] <- item
}

set.seed(20200211)
cohort <- read.csv("src/adcurate/phantom/cohort/reconstructed_cohort.csv", check.names = FALSE)
positive <- cohort$who_grade == "G3"
first <- curve_of(cohort[["avg_adc_1e-3_mm2_s"]], positive, "low")
second <- curve_of(cohort[["min_adc_1e-3_mm2_s"]], positive, "low")
bootstrap <- quietly(roc.test(first, second, method = "bootstrap", boot.n = 2000, progress = "none"))
se <- quietly(ci.se(first, specificities = c(0.9, 0.7), boot.n = 2000, progress = "none"))
sp <- quietly(ci.sp(first, sensitivities = c(0.9, 0.7), boot.n = 2000, progress = "none"))
part <- quietly(ci.auc(auc(first, partial.auc = c(1, 0.8)), boot.n = 2000, progress = "none"))
of_cohort <- list(z = unname(bootstrap$statistic), p = bootstrap$p.value, se = unclass(se)[, c(1, 3)],
                  sp = unclass(sp)[, c(1, 3)], partial = I(as.vector(part)[c(1, 3)]))

# The two-sided Kolmogorov-Smirnov distribution of the finite sample, by R's own exact code.
ks <- do.call(rbind, lapply(c(3, 9, 38, 90), function(n) t(sapply(c(0.5, 0.9, 0.97467943448), function(level) {
  d <- uniroot(function(d) .Call(stats:::C_pKolmogorov2x, d, n) - level, c(0.5 / n + 1e-9, 1), tol = 1e-13)$root
  c(n, level, d)
}))))

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(pROC = as.character(packageVersion("pROC")),
                                       Hmisc = as.character(packageVersion("Hmisc")),
                                       cutpointr = as.character(packageVersion("cutpointr"))),
                       command = command, fixed = I(fixed), ranges = ranges, weights = I(weights), sets = sets,
                       cohort = of_cohort, ks = ks), auto_unbox = TRUE, digits = 15, na = "string"))
