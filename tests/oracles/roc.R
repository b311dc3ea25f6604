# ROC curves, areas and DeLong intervals by pROC, for tests/statistics/test_roc.py and test_auc.py.
# From the repository root: Rscript tests/oracles/roc.R > tests/oracles/roc.json
suppressMessages({ library(pROC); library(jsonlite) })

command <- "Rscript tests/oracles/roc.R > tests/oracles/roc.json"
arguments <- commandArgs(trailingOnly = TRUE)
cohort_file <- if (length(arguments)) arguments[1] else "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
cohort <- read.csv(cohort_file, check.names = FALSE)

# pROC writes ">" when controls lie above cases, which is our direction "low". Midpoints and the infinite ends
# are its thresholds; infinities become strings in JSON.
one_curve <- function(name, marker, positive, direction) {
  curve <- roc(as.integer(positive), marker, levels = c(0, 1), direction = if (direction == "low") ">" else "<",
               quiet = TRUE)
  order_of_call <- order(curve$sensitivities, 1 - curve$specificities)
  variance <- tryCatch(suppressWarnings(var(curve, method = "delong")), error = function(e) NA)
  interval <- tryCatch(suppressWarnings(as.vector(ci.auc(curve, method = "delong"))), error = function(e) rep(NA, 3))
  narrow <- tryCatch(suppressWarnings(as.vector(ci.auc(curve, method = "delong", conf.level = 0.8))),
                     error = function(e) rep(NA, 3))
  area <- as.vector(curve$auc)
  n <- length(marker)
  count <- area * n
  list(name = name, direction = direction, marker = I(marker), positive = I(as.logical(positive)),
       thresholds = I(curve$thresholds[order_of_call]), sensitivities = I(curve$sensitivities[order_of_call]),
       specificities = I(curve$specificities[order_of_call]),
       auc = area, delong_variance = variance, delong_95 = I(interval[c(1, 3)]), delong_80 = I(narrow[c(1, 3)]),
       p_value = 2 * pnorm(-abs((area - 0.5) / sqrt(variance))),
       exact_binomial_95 = I(c(if (count <= 0) 0 else qbeta(0.025, count, n - count + 1),
                               if (count >= n) 1 else qbeta(0.975, count + 1, n - count))),
       sensitivity_at = I(as.vector(coords(curve, x = c(0.9, 0.75, 0.5, 0.25), input = "specificity",
                                           ret = "sensitivity", transpose = TRUE))))
}

set.seed(20200203)
drawn <- function(n_positive, n_negative, shift, digits) {
  list(marker = round(c(rnorm(n_positive, 1 + shift, 0.3), rnorm(n_negative, 1, 0.3)), digits),
       positive = rep(c(TRUE, FALSE), c(n_positive, n_negative)))
}
samples <- list("untied, 12 and 20" = drawn(12, 20, -0.3, 6), "some ties, 9 and 38" = drawn(9, 38, -0.25, 2),
                "mostly ties, 40 and 60" = drawn(40, 60, 0.2, 1), "no difference, 30 and 30" = drawn(30, 30, 0, 2),
                "near 1, 8 and 10" = drawn(8, 10, 0.7, 3), "large, 150 and 250" = drawn(150, 250, 0.15, 2),
                "two values" = list(marker = rep(c(0, 1, 0, 1), c(3, 9, 11, 4)),
                                    positive = rep(c(TRUE, FALSE), c(12, 15))),
                "two and two" = list(marker = c(1, 3, 2, 4), positive = c(TRUE, TRUE, FALSE, FALSE)))
curves <- list()
for (name in names(samples)) for (direction in c("low", "high")) {
  curves[[length(curves) + 1]] <- one_curve(name, samples[[name]]$marker, samples[[name]]$positive, direction)
}
for (column in c("avg_adc_1e-3_mm2_s", "min_adc_1e-3_mm2_s")) {
  curves[[length(curves) + 1]] <- one_curve(paste("reconstructed cohort,", substr(column, 1, 3)),
                                            cohort[[column]], cohort$who_grade == "G3", "low")
}

set.seed(20200204)
resampled <- roc(cohort$who_grade == "G3", cohort[["avg_adc_1e-3_mm2_s"]], levels = c(FALSE, TRUE), direction = ">")
bootstrap <- as.vector(ci.auc(resampled, method = "bootstrap", boot.n = 20000, boot.stratified = TRUE,
                              progress = "none"))

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(pROC = as.character(packageVersion("pROC"))), command = command,
                       curves = curves, bootstrap_95_avg = I(bootstrap[c(1, 3)])),
                  auto_unbox = TRUE, digits = NA, na = "string"))
