# ---- Reading the cases ----

# A table as it was written: every cell is text first, a blank is NA.
read_cases <- function(file) {
  cases <- read.csv(file, colClasses = "character", check.names = FALSE, encoding = "UTF-8",
                    strip.white = FALSE, fill = FALSE, na.strings = character(0))
  # Text that a spreadsheet would run as a formula has an apostrophe before it in the file.
  cases[] <- lapply(cases, function(cells) sub("^'([=+@\t\r-])", "\\1", cells))
  cases[] <- lapply(cases, function(cells) ifelse(cells == "", NA_character_, cells))
  cases
}

numbers_in <- function(cases, column, resolution = NULL) to_resolution(as.numeric(cases[[column]]), resolution)
is_positive <- function(cases) cases$positive == "TRUE"

# The cases that have the marker, the outcome and, where there are grades, the grade.
#   value    as it stands in the table: for means and standard deviations
#   marker   at the resolution of ties: for everything that goes by rank or cut-off
#   order    the grade as 1, 2, 3, ...
complete_cases <- function(cases, column, grades = character(), resolution = NULL) {
  value <- numbers_in(cases, column)
  known <- is.finite(value) & !is.na(cases$positive)
  if (length(grades) > 0) known <- known & cases$grade %in% grades
  list(
    value = value[known],
    marker = to_resolution(value, resolution)[known],
    positive = is_positive(cases)[known],
    grade = cases$grade[known],
    order = match(cases$grade[known], grades),
    subject = cases$subject[known],
    n = sum(known),
    n_missing = sum(!known)
  )
}
