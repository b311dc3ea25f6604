# Youden cut-offs by cutpointr and by pROC, for tests/statistics/test_cutoff.py.
# From the repository root: Rscript tests/oracles/cutoff.R > tests/oracles/cutoff.json
suppressMessages({ library(cutpointr); library(pROC); library(jsonlite) })

command <- "Rscript tests/oracles/cutoff.R > tests/oracles/cutoff.json"
arguments <- commandArgs(trailingOnly = TRUE)
cohort_file <- if (length(arguments)) arguments[1] else "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
cohort <- read.csv(cohort_file, check.names = FALSE)

one_cutoff <- function(name, marker, positive, direction) {
  cases <- data.frame(marker = marker, positive = positive)
  rule <- if (direction == "low") "<=" else ">="
  found <- cutpointr(cases, marker, positive, pos_class = TRUE, neg_class = FALSE, direction = rule,
                     method = maximize_metric, metric = youden, break_ties = c, silent = TRUE)
  cutoffs <- sort(unlist(found$optimal_cutpoint))
  at <- lapply(cutoffs, function(cutoff) {
    called <- if (direction == "low") marker <= cutoff else marker >= cutoff
    c(mean(called[positive]), mean(!called[!positive]))
  })
  curve <- roc(as.integer(positive), marker, levels = c(0, 1), direction = if (direction == "low") ">" else "<",
               quiet = TRUE)
  midpoints <- coords(curve, x = "best", best.method = "youden", ret = "threshold", transpose = FALSE)$threshold
  list(name = name, direction = direction, marker = I(marker), positive = I(positive),
       cutoffs = I(cutoffs), sensitivity = I(sapply(at, `[`, 1)), specificity = I(sapply(at, `[`, 2)),
       j = max(unlist(found$youden)), proc_midpoints = I(sort(midpoints)))
}

set.seed(20200205)
drawn <- function(n_positive, n_negative, shift, digits) {
  list(marker = round(c(rnorm(n_positive, 1 + shift, 0.3), rnorm(n_negative, 1, 0.3)), digits),
       positive = rep(c(TRUE, FALSE), c(n_positive, n_negative)))
}
samples <- list("untied, 12 and 20" = drawn(12, 20, -0.3, 6), "some ties, 9 and 38" = drawn(9, 38, -0.25, 2),
                "mostly ties, 40 and 60" = drawn(40, 60, 0.2, 1), "equal sizes, 10 and 10" = drawn(10, 10, -0.1, 2),
                "near 1, 8 and 10" = drawn(8, 10, 0.7, 3), "large, 150 and 250" = drawn(150, 250, 0.15, 2),
                "tied cut-offs" = list(marker = c(1, 2, 3, 4, 5, 6, 7, 8),
                                       positive = c(TRUE, TRUE, FALSE, TRUE, FALSE, TRUE, FALSE, FALSE)))
results <- list()
for (name in names(samples)) {
  for (direction in c("low", "high")) {
    pair <- samples[[name]]
    results[[length(results) + 1]] <- one_cutoff(name, if (direction == "low") pair$marker else 3 - pair$marker,
                                                 pair$positive, direction)
  }
}
for (column in c("avg_adc_1e-3_mm2_s", "min_adc_1e-3_mm2_s")) {
  results[[length(results) + 1]] <- one_cutoff(paste("reconstructed cohort,", substr(column, 1, 3)),
                                               cohort[[column]], cohort$who_grade == "G3", "low")
}
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(cutpointr = as.character(packageVersion("cutpointr")),
                                       pROC = as.character(packageVersion("pROC"))),
                       command = command, cutoffs = results), auto_unbox = TRUE, digits = NA, na = "string"))
