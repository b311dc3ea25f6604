# ---- Lesions that could not be assessed ----

# The accuracy of the rule at the cut-off of those assessed, when the others are left out, are all called
# negative, all called positive, or are all called wrongly.
assessability <- function(cases, column, direction, resolution, method, level) {
  known <- cases[!is.na(cases$positive), , drop = FALSE]
  marker <- numbers_in(known, column, resolution)
  positive <- is_positive(known)
  measured <- is.finite(marker)
  best <- youden(marker[measured], positive[measured], direction)
  table <- classify_at(marker[measured], positive[measured], best$cutoff, direction)
  n_positive <- sum(!measured & positive)
  n_negative <- sum(!measured & !positive)
  add <- function(positive_called, negative_called) list(
    tp = table$tp + n_positive * positive_called, fn = table$fn + n_positive * !positive_called,
    fp = table$fp + n_negative * negative_called, tn = table$tn + n_negative * !negative_called
  )
  tables <- list(
    "leave-out" = table, "test-negative" = add(FALSE, FALSE),
    "test-positive" = add(TRUE, TRUE), "worst-case" = add(FALSE, TRUE)
  )
  list(
    cutoff = best$cutoff, n_assessed = sum(measured), n_positive_not_assessed = n_positive,
    n_negative_not_assessed = n_negative,
    by_policy = lapply(tables, function(one) accuracy(one, method, level))
  )
}
