# Rank tests of two and more groups, for tests/statistics/test_groups.py.
# From the repository root: Rscript tests/oracles/groups.R > tests/oracles/groups.json
# Dunn's test is calculated here from rank() and var(), independently of any tie formula.
suppressMessages({ library(coin); library(jsonlite) })

command <- "Rscript tests/oracles/groups.R > tests/oracles/groups.json"
arguments <- commandArgs(trailingOnly = TRUE)
cohort_file <- if (length(arguments)) arguments[1] else "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
cohort <- read.csv(cohort_file, check.names = FALSE)

two_groups <- function(name, x, y) {
  pooled <- data.frame(value = c(x, y), group = factor(rep(c("x", "y"), c(length(x), length(y))), levels = c("x", "y")))
  exact <- wilcox_test(value ~ group, data = pooled, distribution = "exact")
  plain <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = FALSE))
  corrected <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = TRUE))
  untied_exact <- if (any(duplicated(pooled$value))) NULL else wilcox.test(x, y, exact = TRUE)$p.value
  list(name = name, x = I(x), y = I(y), u_x = unname(plain$statistic), z = unname(statistic(exact)),
       exact = pvalue(exact)[1], asymptotic = plain$p.value, asymptotic_continuity = corrected$p.value,
       stats_exact = untied_exact)
}

several_groups <- function(name, groups) {
  values <- unlist(groups, use.names = FALSE)
  label <- factor(rep(names(groups), lengths(groups)), levels = names(groups))
  test <- kruskal.test(values, label)
  ranks <- rank(values)
  means <- tapply(ranks, label, mean)
  sizes <- lengths(groups)
  pairs <- combn(length(groups), 2)
  z <- apply(pairs, 2, function(p) (means[p[1]] - means[p[2]]) / sqrt(var(ranks) * sum(1 / sizes[p])))
  p <- 2 * pnorm(-abs(z))
  list(name = name, groups = lapply(groups, I), h = unname(test$statistic), df = unname(test$parameter),
       p_value = test$p.value, mean_ranks = I(as.vector(means)),
       dunn = list(first = I(names(groups)[pairs[1, ]]), second = I(names(groups)[pairs[2, ]]), z = I(as.vector(z)),
                   none = I(as.vector(p)), bonferroni = I(p.adjust(p, "bonferroni")), holm = I(p.adjust(p, "holm"))))
}

set.seed(20200202)
two <- list(
  two_groups("untied, 7 and 5", round(rnorm(7, 1.1, 0.3), 4), round(rnorm(5, 0.8, 0.2), 4)),
  two_groups("untied, 20 and 30", round(rnorm(20, 1.1, 0.3), 6), round(rnorm(30, 1.0, 0.3), 6)),
  two_groups("a few ties", round(rnorm(12, 1.1, 0.3), 1), round(rnorm(9, 0.8, 0.2), 1)),
  two_groups("mostly ties", sample(1:3, 25, TRUE), sample(1:3, 14, TRUE, c(3, 2, 1))),
  two_groups("two values only", rep(c(0, 1), c(9, 2)), rep(c(0, 1), c(4, 6))),
  two_groups("one against four", 0.5, c(0.7, 0.7, 0.9, 1.2)),
  two_groups("one against one", 1, 2),
  two_groups("equal groups", c(1, 2, 3, 4), c(1, 2, 3, 4)),
  two_groups("separated", c(1, 2, 3, 4, 5), c(6, 7, 8, 9, 10, 11)),
  two_groups("60 and 55 with ties", round(rnorm(60, 1.1, 0.3), 2), round(rnorm(55, 1.0, 0.3), 2)))

graded <- function(column) split(cohort[[column]], factor(cohort$who_grade, levels = c("G1", "G2", "G3")))
for (column in c("avg_adc_1e-3_mm2_s", "min_adc_1e-3_mm2_s")) {
  groups <- graded(column)
  two[[length(two) + 1]] <- two_groups(paste("reconstructed cohort,", substr(column, 1, 3)),
                                       c(groups$G1, groups$G2), groups$G3)
}
several <- list(
  several_groups("reconstructed cohort, avg", graded("avg_adc_1e-3_mm2_s")),
  several_groups("reconstructed cohort, min", graded("min_adc_1e-3_mm2_s")),
  several_groups("untied, four groups", list(a = rnorm(6), b = rnorm(9, 1), c = rnorm(4, 2), d = rnorm(11))),
  several_groups("ties", list(a = sample(1:4, 12, TRUE), b = sample(2:5, 8, TRUE), c = sample(1:3, 15, TRUE))),
  several_groups("a group of one", list(a = c(1, 2, 2, 4), b = 9, c = c(3, 3, 5))),
  several_groups("two groups", list(a = c(1, 2, 2, 4), b = c(3, 3, 5, 6, 7))))

cat(toJSON(list(
  tool = "R", version = as.character(getRversion()),
  packages = list(coin = as.character(packageVersion("coin"))), command = command,
  two_groups = two, several_groups = several), digits = I(17), auto_unbox = TRUE, null = "null", pretty = FALSE), "\n")
