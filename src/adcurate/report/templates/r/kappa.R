# ---- Agreement in categories ----

# The side of a cut-off that each reading lies on.
call_at <- function(values, cutoff, direction, names) {
  positive <- if (direction == "low") values <= cutoff else values >= cutoff
  ifelse(is.na(values), NA, names[1 + positive])
}

# Who called what: for readers, each one's first session (one set); for sessions, a set for each reader. A set
# is a matrix of lesions by readers (or sessions), NA where there is no call.
sets_of_calls <- function(readings, calls, compared) {
  blank <- function(cells) ifelse(is.na(cells), "", cells)
  kept <- data.frame(
    lesion = paste(blank(readings$subject), blank(readings$lesion), sep = "\001"), reader = blank(readings$reader),
    session = blank(readings$session), call = calls, stringsAsFactors = FALSE
  )[!is.na(calls), ]
  kept <- kept[order(kept$lesion, kept$reader, kept$session, method = "radix"), ]
  matrix_of <- function(own, column) {
    names <- sort(unique(own[[column]]), method = "radix")
    own <- own[!duplicated(own[c("lesion", column)]), ]
    lesions <- unique(own$lesion)
    found <- matrix(NA_character_, length(lesions), length(names), dimnames = list(NULL, names))
    found[cbind(match(own$lesion, lesions), match(own[[column]], names))] <- own$call
    found
  }
  if (compared == "reader") {
    sets <- list(matrix_of(kept, "reader"))
    names(sets) <- " "
  } else {
    readers <- sort(unique(kept$reader), method = "radix")
    sets <- lapply(readers, function(reader) matrix_of(kept[kept$reader == reader, ], "session"))
    names(sets) <- paste0(readers, " ")
    sets <- sets[sapply(sets, ncol) > 1]
  }
  complete <- sum(sapply(sets, function(set) sum(rowSums(is.na(set)) == 0)))
  counts <- list(n_lesions = complete, n_incomplete = sum(sapply(sets, nrow)) - complete, n_missing = sum(is.na(calls)))
  list(sets = sets, counts = counts)
}

kappa_of_pair <- function(sets, reader, first, second, categories, weights, method, level) {
  set <- sets[[paste0(reader, " ")]]
  a <- set[, first]
  b <- set[, second]
  both <- !is.na(a) & !is.na(b)
  cohen_kappa(match(a[both], categories), match(b[both], categories), length(categories), weights, method, level)
}

# Do two readers call the same, beyond chance? Cohen 1960, weighted 1968; standard errors of Fleiss, Cohen and
# Everitt 1969, equation 13 for the interval and 9 for the test of no agreement beyond chance.
cohen_kappa <- function(first, second, k, weights, method, level) {
  n <- length(first)
  counts <- table(factor(first, seq_len(k)), factor(second, seq_len(k)))
  share <- matrix(counts / n, k, k)
  apart <- abs(outer(seq_len(k), seq_len(k), "-")) / (k - 1)
  credit <- switch(weights, none = diag(k), linear = 1 - apart, quadratic = 1 - apart^2)
  of_first <- rowSums(share)
  of_second <- colSums(share)
  observed <- sum(credit * share)
  expected <- sum(outer(of_first, of_second) * credit)
  value <- (observed - expected) / (1 - expected)
  both <- outer(as.numeric(credit %*% of_second), as.numeric(of_first %*% credit), "+")
  variance <- sum(share * (credit * (1 - expected) - both * (1 - observed))^2) -
    (observed * expected - 2 * expected + observed)^2
  se <- if (variance > 1e-14) sqrt(variance / n) / (1 - expected)^2 else 0
  null <- sum(outer(of_first, of_second) * (credit - both)^2) - expected^2
  null_se <- if (null > 1e-14) sqrt(null / n) / (1 - expected) else 0
  z <- if (null_se > 0) value / null_se else NaN
  half <- qnorm((1 + level) / 2) * se
  list(
    value = value, interval = interval(max(-1, value - half), min(1, value + half)), standard_error = se,
    null_standard_error = null_se, z = z, p_value = 2 * pnorm(-abs(z)), observed = observed, expected = expected,
    exact = proportion(sum(diag(counts)), n, method, level),
    table = lapply(seq_len(k), function(i) as.list(as.numeric(counts[i, ]))), n = n
  )
}

# Do all readers call the same, beyond chance? Fleiss 1971; interval by linearization with t (Gwet 2008), test by
# Fleiss, Nee and Landis 1979.
fleiss_kappa <- function(set, categories, level) {
  set <- set[rowSums(is.na(set)) == 0, , drop = FALSE]
  n <- nrow(set)
  k <- ncol(set)
  counts <- sapply(categories, function(category) rowSums(set == category))
  linearized <- function(counts) {
    share <- colSums(counts) / (n * k)
    of_lesion <- rowSums(counts * (counts - 1)) / (k * (k - 1))
    expected <- sum(share^2)
    value <- (mean(of_lesion) - expected) / (1 - expected)
    influence <- (of_lesion - expected) / (1 - expected) -
      2 * (1 - value) * (as.numeric(counts %*% share) / k - expected) / (1 - expected)
    list(value = value, se = sqrt(sum((influence - value)^2) / (n * (n - 1))), observed = mean(of_lesion), expected = expected)
  }
  limits <- function(found) {
    half <- qt((1 + level) / 2, n - 1) * found$se
    interval(max(-1, found$value - half), min(1, found$value + half))
  }
  all <- linearized(counts)
  share <- colSums(counts) / (n * k)
  spread <- share * (1 - share)
  null_se <- sqrt(2 * (sum(spread)^2 - sum(spread * (1 - 2 * share))) / (n * k * (k - 1))) / sum(spread)
  z <- all$value / null_se
  of_category <- function(j) {
    null_se <- sqrt(2 / (n * k * (k - 1)))
    if (share[j] %in% c(0, 1)) return(list(null_standard_error = null_se, share = unname(share[j])))
    found <- linearized(cbind(counts[, j], k - counts[, j]))
    z <- found$value / null_se
    list(
      value = found$value, interval = limits(found), null_standard_error = null_se, z = z,
      p_value = 2 * pnorm(-abs(z)), share = unname(share[j])
    )
  }
  list(
    value = all$value, interval = limits(all), standard_error = all$se, null_standard_error = null_se, z = z,
    p_value = 2 * pnorm(-abs(z)), observed = all$observed, expected = all$expected,
    by_category = lapply(seq_along(categories), of_category),
    n_unanimous = sum(apply(counts, 1, max) == k), n_lesions = n, n_readers = k
  )
}
