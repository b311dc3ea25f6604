# ---- How numbers are kept ----
#
# Every number is kept under the path at which analysis.json has it, with how closely two programs can agree:
#   exact        the same formula: 1e-8 of the number
#   iterative    the end of a search for a maximum: 1e-6 of the number
#   monte-carlo  a limit from a bootstrap, whose random numbers differ between programs: the half-width that
#                follows, which is four standard errors of the difference of two such bootstraps

LEDGER <- new.env()
LEDGER$key <- character()
LEDGER$value <- numeric()
LEDGER$tolerance <- character()
LEDGER$place <- new.env()   # where a key stands, so that a line that is run again replaces its numbers

# A limit that another bootstrap would put within `half_width` of this one.
monte_carlo <- function(value, half_width) structure(value, half_width = half_width)

# A number that a search found.
iterative <- function(value) structure(value, iterative = TRUE)

# Keep the numbers of `result`, a number or a list of lists of numbers, under `key`. Positions count from 0,
# as in JSON; "/" within a name is written "~1", and "~" is written "~0".
record <- function(key, result) {
  if (is.null(result)) return(invisible())
  if (is.list(result)) {
    names <- names(result)
    for (i in seq_along(result)) {
      part <- if (is.null(names)) i - 1 else gsub("/", "~1", gsub("~", "~0", names[i], fixed = TRUE), fixed = TRUE)
      record(paste(key, part, sep = "/"), result[[i]])
    }
    return(invisible())
  }
  half_width <- attr(result, "half_width")
  tolerance <- "exact"
  if (!is.null(half_width)) tolerance <- paste("monte-carlo", formatC(half_width * (1 + 1e-9), digits = 12, format = "g"))
  if (!is.null(attr(result, "iterative"))) tolerance <- "iterative"
  if (is.null(LEDGER$place[[key]])) assign(key, length(LEDGER$key) + 1, envir = LEDGER$place)
  at <- LEDGER$place[[key]]
  LEDGER$key[at] <- key
  LEDGER$value[at] <- as.numeric(result)
  LEDGER$tolerance[at] <- tolerance
  invisible()
}

# All limits and estimates of `result` were found by a search.
all_iterative <- function(result) if (is.list(result)) lapply(result, all_iterative) else iterative(result)

interval <- function(low, high) list(low = low, high = high)

write_numbers <- function(file) {
  numbers <- data.frame(
    key = enc2utf8(LEDGER$key),
    value = trimws(formatC(LEDGER$value, digits = 17, format = "g")),
    tolerance = LEDGER$tolerance
  )
  quoted <- function(text) paste0('"', gsub('"', '""', text, fixed = TRUE), '"')
  lines <- c("key,value,tolerance", paste(quoted(numbers$key), numbers$value, numbers$tolerance, sep = ","))
  output <- base::file(file, "wb")
  writeLines(enc2utf8(lines), output, useBytes = TRUE)
  close(output)
  invisible(numbers)
}

# Bring values to whole steps of `resolution` (half a step goes to the even neighbour): the rule of ties.
to_resolution <- function(values, resolution = NULL) {
  if (is.null(resolution)) return(values)
  steps <- round(values / resolution)
  per_unit <- 1 / resolution
  whole <- per_unit >= 1 && abs(per_unit - round(per_unit)) <= 1e-9 * per_unit
  if (whole) steps / round(per_unit) else steps * resolution
}

# Print every number beside Adcurate's, and whether they agree within the tolerance.
compare_numbers <- function(numbers, file) {
  adcurate <- read.csv(file, colClasses = "character", encoding = "UTF-8", na.strings = character(0))
  theirs <- as.numeric(adcurate$value)[match(numbers$key, adcurate$key)]
  ours <- LEDGER$value
  allowed <- ifelse(numbers$tolerance == "iterative", 1e-6, 1e-8) * pmax(abs(ours), abs(theirs)) + 1e-14
  drawn <- startsWith(numbers$tolerance, "monte-carlo")
  allowed[drawn] <- as.numeric(sub("monte-carlo ", "", numbers$tolerance[drawn], fixed = TRUE)) + 1e-12
  equal <- !is.na(ours) & !is.na(theirs) & (ours == theirs | abs(ours - theirs) <= allowed)
  neither <- is.na(ours) & is.na(theirs)
  missing <- setdiff(adcurate$key, numbers$key)
  short <- function(x) trimws(formatC(x, digits = 7, format = "g"))
  shown <- data.frame(
    number = numbers$key, R = short(ours), Adcurate = short(theirs),
    tolerance = numbers$tolerance, agrees = ifelse(equal | neither, "yes", "NO")
  )
  columns <- Map(function(name, cells) format(c(name, cells)), names(shown), lapply(shown, as.character))
  writeLines(trimws(do.call(paste, c(unname(columns), sep = "  ")), "right"))
  cat("\n", sum(equal | neither), " of ", length(ours), " numbers agree", sep = "")
  if (length(missing) > 0) cat("; ", length(missing), " numbers of Adcurate are not repeated: ", paste(missing, collapse = ", "), sep = "")
  cat(".\n")
  # A script that runs as a whole says by its exit status whether all is well.
  if (!interactive() && any(shown$agrees == "NO")) quit(status = 1)
  invisible(shown)
}
