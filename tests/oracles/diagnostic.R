# Accuracy of two-by-two tables, for tests/statistics/test_diagnostic.py and test_proportion.py.
# From the repository root: Rscript tests/oracles/diagnostic.R > tests/oracles/diagnostic.json
# Proportions by binom.test and prop.test. Likelihood ratios (Simel 1991) and predictive values at a stated
# prevalence (Mercaldo 2007) by the delta method with a numerical derivative, so that no variance formula is
# shared with the code under test.
suppressMessages(library(jsonlite))

command <- "Rscript tests/oracles/diagnostic.R > tests/oracles/diagnostic.json"

proportion <- function(count, n, level) {
  list(count = count, n = n, level = level,
       clopper_pearson = I(as.vector(binom.test(count, n, conf.level = level)$conf.int)),
       wilson = I(as.vector(suppressWarnings(prop.test(count, n, conf.level = level, correct = FALSE))$conf.int)))
}

delta <- function(transformed, back, sensitivity, specificity, n_positive, n_negative, level) {
  step <- 1e-6
  d_sensitivity <- (transformed(sensitivity + step, specificity) - transformed(sensitivity - step, specificity)) / (2 * step)
  d_specificity <- (transformed(sensitivity, specificity + step) - transformed(sensitivity, specificity - step)) / (2 * step)
  variance <- d_sensitivity^2 * sensitivity * (1 - sensitivity) / n_positive +
    d_specificity^2 * specificity * (1 - specificity) / n_negative
  centre <- transformed(sensitivity, specificity)
  list(value = back(centre), limits = I(back(centre + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(variance))))
}

table_accuracy <- function(tp, fp, fn, tn, prevalence, level) {
  sensitivity <- tp / (tp + fn); specificity <- tn / (fp + tn)
  ppv <- function(a, b) qlogis(a * prevalence / (a * prevalence + (1 - b) * (1 - prevalence)))
  npv <- function(a, b) qlogis(b * (1 - prevalence) / (b * (1 - prevalence) + (1 - a) * prevalence))
  apply_delta <- function(f, back) delta(f, back, sensitivity, specificity, tp + fn, fp + tn, level)
  list(tp = tp, fp = fp, fn = fn, tn = tn, prevalence = prevalence, level = level,
       lr_positive = apply_delta(function(a, b) log(a / (1 - b)), exp),
       lr_negative = apply_delta(function(a, b) log((1 - a) / b), exp),
       ppv = apply_delta(ppv, plogis), npv = apply_delta(npv, plogis))
}

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."), command = command,
  proportions = list(proportion(0, 9, 0.95), proportion(9, 9, 0.95), proportion(7, 9, 0.95), proportion(25, 38, 0.95),
                     proportion(33, 38, 0.9), proportion(1, 1, 0.95), proportion(0, 1, 0.99), proportion(33, 35, 0.8),
                     proportion(412, 1000, 0.95), proportion(99999, 100000, 0.95)),
  tables = list(table_accuracy(7, 5, 2, 33, 0.19, 0.95), table_accuracy(240, 87, 178, 288, 0.03, 0.95),
                table_accuracy(40, 3, 10, 97, 0.5, 0.9), table_accuracy(8, 1, 1, 9, 0.191489361702128, 0.8))),
  auto_unbox = TRUE, digits = NA))
