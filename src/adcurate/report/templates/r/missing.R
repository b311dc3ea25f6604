# ---- What is missing ----

# Counts by column and by pattern: the complete rows first, then by columns missing, then the most frequent.
# `missing` is a list of vectors, TRUE where a row lacks the column.
missing_pattern <- function(missing) {
  table <- matrix(unlist(missing), ncol = length(missing))
  name <- apply(table + 0, 1, paste, collapse = "")
  counts <- table(name)
  distinct <- names(counts)
  lacks <- nchar(gsub("0", "", distinct, fixed = TRUE))
  distinct <- distinct[order(lacks, -as.numeric(counts), distinct, method = "radix")]
  list(
    n_missing = as.list(unname(colSums(table))), patterns = lapply(distinct, function(one) list(n = counts[[one]])),
    n = nrow(table), n_complete = sum(rowSums(table) == 0)
  )
}

# The area (DeLong) of the rows with marker and outcome, the rank correlation of those with marker and grade.
complete_auc <- function(cases, column, direction, resolution, level) {
  marker <- numbers_in(cases, column, resolution)
  rows <- is.finite(marker) & !is.na(cases$positive)
  area_estimate(marker[rows], is_positive(cases)[rows], direction, "delong", level)
}
complete_rho <- function(cases, column, grades, resolution, level) {
  marker <- numbers_in(cases, column, resolution)
  order <- match(cases$grade, grades)
  rows <- is.finite(marker) & !is.na(order)
  c(spearman(marker[rows], order[rows]), spearman_interval(marker[rows], order[rows], "bonett-wright", level))
}
