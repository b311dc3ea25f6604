# The published tests on one table with pROC and R's own, as a resident would type them: the peer of
# `adcurate analyze` for benchmarks/analyze.py. The whole command is timed, R's start included.
# Arguments: the CSV, the number of resamples of the cut-off, the markers.
suppressMessages(library(pROC))
arguments <- commandArgs(trailingOnly = TRUE)
cases <- read.csv(arguments[1], check.names = FALSE)
resamples <- as.integer(arguments[2])
set.seed(1)
high <- cases$who_grade == "G3"
grade <- factor(cases$who_grade, levels = c("G1", "G2", "G3"))
for (name in arguments[-(1:2)]) {
  marker <- cases[[name]]
  cat(name, "\n")
  print(wilcox.test(marker[high], marker[!high], exact = FALSE))
  print(kruskal.test(marker, grade))
  print(suppressWarnings(cor.test(marker, as.integer(grade), method = "spearman")))
  curve <- roc(high, marker, levels = c(FALSE, TRUE), direction = ">", quiet = TRUE)
  print(ci.auc(curve, method = "delong"))
  print(coords(curve, "best", best.method = "youden",
               ret = c("threshold", "sensitivity", "specificity", "ppv", "npv")))
  print(ci.coords(curve, x = "best", best.method = "youden", ret = c("threshold", "youden"),
                  best.policy = "random", boot.n = resamples, progress = "none"))
}
