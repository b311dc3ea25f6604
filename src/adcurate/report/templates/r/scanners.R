# ---- Scanners ----

# The cases of a marker that hold everything, by the name of the row; `by` holds the columns that say what a case
# was measured with. 3 and 3.0 tesla are one level. A stratum is a combination of levels.
scanner_cases <- function(cases, column, by, resolution) {
  marker <- numbers_in(cases, column, resolution)
  known <- is.finite(marker) & !is.na(cases$positive)
  for (one in by) known <- known & !is.na(cases[[one$column]])
  rows <- which(known)
  rows <- rows[order(cases$row[rows], method = "radix")]
  factors <- lapply(by, function(one) {
    text <- cases[[one$column]][rows]
    if (!one$tesla) return(text)
    number <- suppressWarnings(as.numeric(text))
    ifelse(is.na(number), text, paste(trimws(formatC(number, digits = 6, format = "g")), "T"))
  })
  list(
    marker = marker[rows], positive = is_positive(cases)[rows], rows = rows, factors = factors,
    stratum = do.call(paste, c(unname(factors), sep = " \u00b7 ")), n_missing = nrow(cases) - length(rows)
  )
}

levels_of <- function(text) sort(unique(text), method = "radix")
columns_of <- function(text) outer(text, levels_of(text), "==") + 0

# What does a model gain by more columns? F test of nested linear models, as anova(lm, lm), and the likelihood
# ratio. NULL where nothing can be added, or nothing is left to judge it by.
nested_test <- function(y, smaller, larger) {
  n <- length(y)
  few <- lm.fit(smaller, y)
  many <- lm.fit(cbind(smaller, larger), y)
  df <- many$rank - few$rank
  df_residual <- n - many$rank
  if (df == 0 || df_residual < 1) return(NULL)
  gain <- sum((many$fitted.values - few$fitted.values)^2)
  left <- sum(many$residuals^2)
  if (left <= 1e-20 * sum((y - mean(y))^2)) return(NULL)
  f <- gain / df / (left / df_residual)
  ratio <- n * log1p(gain / left)
  list(
    f = f, df = df, df_residual = df_residual, p_value = pf(f, df, df_residual, lower.tail = FALSE),
    likelihood_ratio = ratio, likelihood_ratio_p = pchisq(ratio, df, lower.tail = FALSE),
    explained = gain / sum(few$residuals^2), expected_by_chance = df / (df + df_residual)
  )
}

t_difference <- function(value, se, df, level) {
  half <- if (is.finite(se)) qt((1 + level) / 2, df) * se else NaN
  list(
    value = value, standard_error = se, df = df, interval = interval(value - half, value + half),
    p_value = if (is.finite(se) && se > 0) 2 * pt(-abs(value) / se, df) else NaN
  )
}

# The difference of class means beside other columns: lm(y ~ others + class). NULL where no column set tells
# them apart.
adjusted_difference <- function(y, positive, others, level) {
  free <- lm.fit(others, as.numeric(positive))
  if (sum(free$residuals^2) <= 1e-10 * length(y)) return(NULL)
  value <- sum(free$residuals * (y - mean(y))) / sum(free$residuals^2)
  df <- length(y) - free$rank - 1
  left <- lm.fit(others, y)$residuals - value * free$residuals
  t_difference(value, sqrt(sum(left^2) / df / sum(free$residuals^2)), df, level)
}

factor_effect <- function(y, classes, text, others) {
  own <- columns_of(text)
  crossed <- cbind(own * classes[, 1], own * classes[, 2])
  beside <- do.call(cbind, c(list(classes), lapply(others, columns_of)))
  list(
    sizes = as.list(unname(colSums(own))), test = nested_test(y, classes, own),
    beside_others = if (length(others) > 0) nested_test(y, beside, own),
    interaction = nested_test(y, cbind(classes, own), crossed)
  )
}

# Does the scanner move the marker, beside the outcome, and does it change what the outcome does?
scanner_effect <- function(used, level) {
  y <- used$marker
  classes <- cbind(!used$positive, used$positive) + 0
  list(
    n = length(y), n_positive = sum(used$positive),
    factors = lapply(seq_along(used$factors), function(i) factor_effect(y, classes, used$factors[[i]], used$factors[-i])),
    combined = factor_effect(y, classes, used$stratum, list()),
    unadjusted = adjusted_difference(y, used$positive, matrix(1, length(y), 1), level),
    adjusted = adjusted_difference(y, used$positive, columns_of(used$stratum), level)
  )
}

# An area of few cases: DeLong's interval where it says something, else the exact binomial one.
small_area <- function(marker, positive, direction, method, level) {
  place <- doubled_placements(marker, positive, direction)
  spread <- area_covariance(place, place)
  if (!is.finite(spread) || spread <= 0) method <- "exact-binomial"
  area_estimate(marker, positive, direction, method, level)
}

# Welch 1947: t.test of the classes.
welch_difference <- function(high, low, level) {
  value <- mean(high) - mean(low)
  if (min(length(high), length(low)) < 2) return(t_difference(value, NaN, NaN, level))
  a <- var(high) / length(high)
  b <- var(low) / length(low)
  if (sqrt(a + b) <= 1e-14 * max(abs(high), abs(low))) return(t_difference(value, NaN, NaN, level))
  t_difference(value, sqrt(a + b), (a + b)^2 / (a^2 / (length(high) - 1) + b^2 / (length(low) - 1)), level)
}

# Strata by their size, the largest first, equal ones by name.
by_size <- function(text) {
  names <- levels_of(text)
  names[order(-tabulate(match(text, names), length(names)))]
}

stratum_rows <- function(used, direction, method, level) {
  lapply(by_size(used$stratum), function(name) {
    own <- used$stratum == name
    marker <- used$marker[own]
    positive <- used$positive[own]
    both <- any(positive) && any(!positive)
    list(
      n = sum(own), n_positive = sum(positive), n_negative = sum(!positive), mean = mean(marker),
      mean_positive = mean(marker[positive]), mean_negative = mean(marker[!positive]),
      difference = if (both) welch_difference(marker[positive], marker[!positive], level),
      auc = if (both) small_area(marker, positive, direction, method, level)
    )
  })
}

# The area from pairs within a stratum (survival::concordance with strata), its standard error by the infinitesimal
# jackknife, the exact test of all permutations within strata, and van Elteren's (1960).
within_area <- function(used, direction, exact, level) {
  suspicion <- if (direction == "low") -used$marker else used$marker
  n <- length(suspicion)
  wins <- pairs <- numeric(n)
  concordant <- tied <- n_pairs <- n_used <- n_strata_used <- 0
  sets <- list()
  for (name in levels_of(used$stratum)) {
    high <- which(used$stratum == name & used$positive)
    low <- which(used$stratum == name & !used$positive)
    if (length(high) == 0 || length(low) == 0) next
    sign <- sign(outer(suspicion[high], suspicion[low], "-"))
    concordant <- concordant + sum(sign > 0)
    tied <- tied + sum(sign == 0)
    wins[high] <- rowSums((sign + 1) / 2)
    wins[low] <- colSums((sign + 1) / 2)
    pairs[high] <- length(low)
    pairs[low] <- length(high)
    n_pairs <- n_pairs + length(sign)
    n_used <- n_used + length(high) + length(low)
    n_strata_used <- n_strata_used + 1
    ranks <- round(2 * rank(suspicion[c(high, low)]))
    sets[[n_strata_used]] <- list(ranks = ranks, m = length(high), observed = sum(ranks[seq_along(high)]))
  }
  if (n_pairs == 0) return(NULL)
  value <- (2 * concordant + tied) / (2 * n_pairs)
  se <- sqrt(sum((wins - value * pairs)^2)) / n_pairs
  limits <- interval(NaN, NaN)
  if (se > 0 && value > 0 && value < 1) {
    half <- qnorm((1 + level) / 2) * se / (value * (1 - value))
    limits <- interval(plogis(qlogis(value) - half), plogis(qlogis(value) + half))
  }
  z <- standardized_sum(sets, function(size) 1 / (size + 1))
  list(
    value = value, standard_error = se, interval = limits, n_pairs = n_pairs,
    n_all_pairs = sum(used$positive) * sum(!used$positive), concordant_pairs = concordant, tied_pairs = tied,
    n_used = n_used, n = n, n_strata_used = n_strata_used, n_strata = length(unique(used$stratum)),
    p_value = within_p(sets, exact), van_elteren_z = z, van_elteren_p = 2 * pnorm(-abs(z))
  )
}

standardized_sum <- function(sets, weight) {
  distance <- variance <- 0
  for (set in sets) {
    n <- length(set$ranks)
    w <- weight(n)
    distance <- distance + w * (set$observed - set$m * (n + 1))
    variance <- variance + w^2 * set$m * (n - set$m) * sum((set$ranks - (n + 1))^2) / (n * (n - 1))
  }
  if (variance > 0) distance / sqrt(variance) else NaN
}

within_p <- function(sets, exact) {
  if (all(sapply(sets, function(set) all(set$ranks == set$ranks[1])))) return(1)
  if (!exact) return(2 * pnorm(-abs(standardized_sum(sets, function(size) 1))))
  # The chance of each sum over strata: a stratum's m ranks are any m of its ranks.
  chance <- 1
  for (set in sets) {
    own <- rank_sum_chances(set$ranks, set$m)
    joined <- numeric(length(chance) + length(own) - 1)
    for (i in which(own > 0)) joined[i - 1 + seq_along(chance)] <- joined[i - 1 + seq_along(chance)] + own[i] * chance
    chance <- joined
  }
  observed <- sum(sapply(sets, function(set) set$observed))
  centre <- sum(sapply(sets, function(set) set$m * (length(set$ranks) + 1)))
  min(1, sum(chance[abs(seq_along(chance) - 1 - centre) >= abs(observed - centre)]))
}

rank_sum_chances <- function(ranks, m) {
  n <- length(ranks)
  ranks <- sort(ranks)
  most <- sum(tail(ranks, m))
  table <- matrix(0, m + 1, most + 1)
  table[1, 1] <- 1
  for (i in seq_len(n)) {
    share <- pmin(pmax((m - 0:m) / (n - i + 1), 0), 1)
    taken <- table * share
    table <- table * (1 - share)
    keep <- seq_len(most + 1 - ranks[i])
    table[-1, ranks[i] + keep] <- table[-1, ranks[i] + keep] + taken[-(m + 1), keep]
  }
  table[m + 1, ]
}

# Every stratum left out in turn, and judged by the cut-off of the others (Royston, Parmar and Sylvester 2004).
without_each_stratum <- function(marker, positive, stratum, direction, method, share_method, level) {
  share <- function(count, n) proportion(count, n, share_method, level)
  rows <- lapply(by_size(stratum), function(name) {
    out <- stratum == name
    kept <- marker[!out]
    class <- positive[!out]
    row <- list(
      n_left_out = sum(out), n_positive_left_out = sum(positive[out]), n_kept = sum(!out), n_positive_kept = sum(class)
    )
    if (!any(class) || all(class)) return(row)
    row$auc <- small_area(kept, class, direction, method, level)
    if (min(kept) == max(kept)) return(row)
    best <- youden(kept, class, direction)
    calls <- classify_at(kept, class, best$cutoff, direction)
    row$youden <- c(best, list(
      sensitivity = calls$tp / sum(class), specificity = calls$tn / sum(!class), n_positive = sum(class),
      n_negative = sum(!class), n_dropped = 0
    ))
    calls <- classify_at(marker[out], positive[out], best$cutoff, direction)
    row$sensitivity <- share(calls$tp, calls$tp + calls$fn)
    row$specificity <- share(calls$tn, calls$tn + calls$fp)
    row
  })
  joined <- function(what) {
    known <- Filter(Negate(is.null), lapply(rows, function(row) row[[what]]))
    sum_of <- function(part) sum(vapply(known, function(one) one[[part]], 0))
    share(sum_of("numerator"), sum_of("denominator"))
  }
  areas <- unlist(lapply(rows, function(row) row$auc$value))
  list(
    everyone = small_area(marker, positive, direction, method, level), strata = rows,
    lowest = if (length(areas) > 0) min(areas) else NaN, highest = if (length(areas) > 0) max(areas) else NaN,
    sensitivity = joined("sensitivity"), specificity = joined("specificity"), n = length(marker)
  )
}

# Are the classes spread over the strata as chance would spread them? Fisher's test of the whole table (Freeman and
# Halton 1951): every table with these margins, or tables drawn at random.
class_table <- function(positive, stratum, exact) {
  names <- levels_of(stratum)
  at <- match(stratum, names)
  sizes <- tabulate(at, length(names))
  hits <- tabulate(at[positive], length(names))
  n <- length(positive)
  total <- sum(positive)
  observed <- sum(lchoose(sizes, hits)) + log1p(1e-7)
  p_value <- if (exact) {
    sums <- logs <- 0
    room <- n
    for (size in sizes) {
      room <- room - size
      taken <- 0:min(size, total)
      grown <- as.numeric(outer(sums, taken, "+"))
      ways <- as.numeric(outer(logs, lchoose(size, taken), "+"))
      possible <- grown <= total & grown + room >= total
      sums <- grown[possible]
      logs <- ways[possible]
    }
    min(1, sum(exp(logs[logs <= observed] - lchoose(n, total))))
  } else {
    drawn <- replicate(10000, sum(lchoose(sizes, tabulate(at[sample.int(n, total)], length(names)))))
    p <- (1 + sum(drawn <= observed)) / 10001
    monte_carlo(p, 4 * sqrt(2 * p * (1 - p) / 10000) + 2 / 10000)
  }
  share <- total / n
  chi_squared <- sum((hits - sizes * share)^2 / (sizes * share * (1 - share)))
  list(
    positives = as.list(hits), sizes = as.list(sizes), p_value = p_value,
    cramers_v = if (length(names) > 1) sqrt(chi_squared / n) else NaN, n = n
  )
}
