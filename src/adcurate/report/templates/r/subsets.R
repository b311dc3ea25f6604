# ---- Subsets of the cases ----

# A test of each row: NA where the cell that decides is blank.
compare <- function(values, sign, number) match.fun(sign)(values, number)
one_of <- function(cells, texts, not = FALSE) ifelse(is.na(cells), NA, xor(cells %in% texts, not))

# The rows that meet every test, and how many cannot be told.
choose_rows <- function(rows, tests) {
  met <- rep(TRUE, nrow(rows))
  unknown <- rep(FALSE, nrow(rows))
  for (test in tests) {
    unknown <- unknown | is.na(test)
    met <- met & test %in% TRUE
  }
  list(cases = rows[met & !unknown, , drop = FALSE], n_unknown = sum(unknown))
}

# One row for each lesion (the first reading of one reader, or the mean of each reader's first), then one for
# each subject: the lesion of record where a column says so, else the first by name.
analysed_cases <- function(readings, value, unit) {
  blank <- function(cells) ifelse(is.na(cells), "", cells)
  order_of <- function(...) order(..., method = "radix")
  reader <- blank(readings$reader)
  readings <- readings[order_of(blank(readings$subject), blank(readings$lesion), reader, blank(readings$session)), ]
  reader <- blank(readings$reader)
  if (value == "first-reader") value <- sort(unique(reader), method = "radix")[1]
  lesion <- paste(blank(readings$subject), blank(readings$lesion), sep = "\001")
  markers <- grep("^marker:", names(readings), value = TRUE)
  rows <- lapply(unique(lesion), function(one) {
    own <- readings[lesion == one & !duplicated(paste(lesion, reader, sep = "\001")), , drop = FALSE]
    used <- if (value == "mean") own else own[blank(own$reader) == value, , drop = FALSE]
    row <- if (nrow(used) > 0) used[1, ] else own[1, ]
    for (name in markers) row[[name]] <- as.character(NA)
    for (name in markers) {
      known <- as.numeric(used[[name]])
      known <- known[is.finite(known)]
      if (length(known) > 0) row[[name]] <- formatC(mean(known), digits = 17, format = "g")
    }
    row
  })
  lesions <- do.call(rbind, rows)
  if (unit == "lesion") return(lesions)
  if ("column:of_record" %in% names(lesions)) return(lesions[lesions[["column:of_record"]] %in% "yes", ])
  lesions[!duplicated(lesions$subject), ]
}

# The main numbers of a marker on some of the cases; what cannot be estimated on so few is left out.
subset_row <- function(chosen, column, direction, grades, resolution, intervals, level, n_resamples,
                       auc = TRUE, cutoff = TRUE, cutoff_interval = TRUE, rho = TRUE, rho_interval = TRUE) {
  used <- complete_cases(chosen$cases, column, grades, resolution)
  row <- list(n = used$n, n_positive = sum(used$positive), n_unknown = chosen$n_unknown)
  if (auc) {
    row$auc <- roc_area(used$marker, used$positive, direction)$auc
    row$auc_interval <- auc_interval(used$marker, used$positive, direction, intervals$auc, level, n_resamples)
  }
  if (cutoff) {
    best <- youden(used$marker, used$positive, direction)
    table <- classify_at(used$marker, used$positive, best$cutoff, direction)
    row$cutoff <- best$cutoff
    row$sensitivity <- table$tp / (table$tp + table$fn)
    row$specificity <- table$tn / (table$tn + table$fp)
    if (cutoff_interval) {
      row$cutoff_interval <-
        youden_interval(used$marker, used$positive, direction, intervals$cutoff, level, n_resamples)$cutoff
    }
  }
  if (rho) {
    row$rho <- spearman(used$marker, used$order)$rho
    if (rho_interval) {
      row$rho_interval <- spearman_interval(used$marker, used$order, intervals$spearman, level, n_resamples)$interval
    }
  }
  row
}
