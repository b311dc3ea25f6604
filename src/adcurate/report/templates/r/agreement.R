# ---- Agreement of readings ----

# Every reading that holds a value, as measured, by lesion, reader and session.
cells_of <- function(readings, column) {
  blank <- function(cells) ifelse(is.na(cells), "", cells)
  value <- numbers_in(readings, column)
  cells <- data.frame(
    subject = blank(readings$subject), lesion = paste(blank(readings$subject), blank(readings$lesion), sep = "\001"),
    reader = blank(readings$reader), session = blank(readings$session), value = value, stringsAsFactors = FALSE
  )[is.finite(value), ]
  list(
    kept = cells[order(cells$lesion, cells$reader, cells$session, method = "radix"), ],
    n_missing = sum(!is.finite(value))
  )
}

# Whether numbers differ by no more than the rounding of decimals to doubles.
is_rounding <- function(spread, values) spread <= 16 * .Machine$double.eps * max(abs(values))

# Readings side by side: a row for each lesion, a column for each reader (by the first session) or each session.
reading_table <- function(cells, what, reader, columns, pairs, variant, method, level, icc, repeats) {
  if (what == "session") cells <- cells[cells$reader == reader, ]
  own <- cells[!duplicated(cells[c("lesion", what)]), ]
  lesions <- unique(own$lesion)
  table <- matrix(NA_real_, length(lesions), length(columns), dimnames = list(NULL, columns))
  at <- match(own[[what]], columns)
  table[cbind(match(own$lesion, lesions), at)[!is.na(at), , drop = FALSE]] <- own$value[!is.na(at)]
  complete <- rowSums(is.na(table)) == 0
  full <- table[complete, , drop = FALSE]
  subject <- own$subject[match(lesions, own$lesion)]
  found <- list(
    values = lapply(seq_len(nrow(full)), function(i) as.list(unname(full[i, ]))),
    n_subjects = length(unique(subject[complete])), n_incomplete = sum(!complete)
  )
  if (icc) found$icc <- icc_forms(full, level)
  found$pairs <- lapply(pairs, function(pair) {
    both <- !is.na(table[, pair[1]]) & !is.na(table[, pair[2]])
    one <- list(limits = bland_altman(table[both, pair[1]], table[both, pair[2]], variant, method, level))
    if (repeats && variant == "difference") {
      readings <- cells[cells$lesion %in% lesions[both], ]
      first <- readings[readings$reader == pair[1], ]
      second <- readings[readings$reader == pair[2], ]
      if (max(nrow(first), nrow(second)) > sum(both)) one$repeated <- repeated_limits(first, second, level)
    }
    one
  })
  if (what == "session") found$precision <- precision(cells$value, cells$lesion, level)
  found
}

# The line of y on x with the interval and test of its slope: lm(y ~ x).
trend_line <- function(x, y, level) {
  n <- length(x)
  if (n < 3 || is_rounding(diff(range(x)), x)) return(NULL)
  centred <- x - mean(x)
  slope <- sum(centred * (y - mean(y))) / sum(centred^2)
  residuals <- y - mean(y) - slope * centred
  if (is_rounding(max(abs(residuals)), c(y, slope * x))) residuals <- 0 * residuals
  residual_sd <- sqrt(sum(residuals^2) / (n - 2))
  se <- residual_sd / sqrt(sum(centred^2))
  half <- qt((1 + level) / 2, n - 2) * se
  p_value <- if (se > 0) 2 * pt(-abs(slope / se), n - 2) else if (slope != 0) 0 else NaN
  list(
    slope = slope, intercept = mean(y) - slope * mean(x), interval = interval(slope - half, slope + half),
    p_value = p_value, residual_sd = residual_sd, n = n
  )
}

# A quantile of noncentral t, from its definition (R's own qt(ncp =) loses digits for large samples).
noncentral_t_quantile <- function(share, df, ncp) {
  range <- sqrt(qchisq(c(1e-16, 1 - 1e-16), df) / df)
  range[2] <- sqrt(qchisq(1e-16, df, lower.tail = FALSE) / df)
  chance <- function(t) {
    integrate(function(s) pnorm(t * s - ncp) * 2 * df * s * dchisq(df * s^2, df), range[1], range[2],
              rel.tol = 1e-12, abs.tol = 0, subdivisions = 1000)$value
  }
  guess <- ncp + c(-1, 1) * 3
  while (chance(guess[1]) > share) guess[1] <- guess[1] - 3
  while (chance(guess[2]) < share) guess[2] <- guess[2] + 3 * (1 + abs(guess[2]))
  uniroot(function(t) chance(t) - share, guess, tol = 1e-12)$root
}

# How far do two readings of one lesion differ? Bias and limits of agreement, bias +- 1.96 SD. Bland and Altman 1986,
# 1999; exact intervals of the limits by noncentral t, Carkeet 2015.
bland_altman <- function(first, second, variant, method, level) {
  n <- length(first)
  means <- (first + second) / 2
  differences <- first - second
  if (variant == "percent") differences <- differences / means
  if (variant == "log") {
    means <- (log(first) + log(second)) / 2
    differences <- log(first / second)
  }
  bias <- mean(differences)
  pooled <- if (variant == "difference") c(first, second) else 1
  sd <- if (is_rounding(diff(range(differences)), pooled)) 0 else sd(differences)
  error <- sd / sqrt(n)
  half <- qt((1 + level) / 2, n - 1) * error
  tail <- (1 - level) / 2
  offsets <- if (method == "exact") {
    c(noncentral_t_quantile(tail, n - 1, 1.96 * sqrt(n)), noncentral_t_quantile(1 - tail, n - 1, 1.96 * sqrt(n))) / sqrt(n)
  } else {
    share <- if (method == "approximate-1986") 3 / n else 1 / n + 1.96^2 / (2 * (n - 1))
    1.96 + c(-1, 1) * qt(1 - tail, n - 1) * sqrt(share)
  }
  back <- if (variant == "log") exp else identity
  proportional <- trend_line(means, differences, level)
  spread <- NULL
  if (!is.null(proportional) && proportional$residual_sd > 0) {
    spread <- trend_line(means, abs(differences - proportional$intercept - proportional$slope * means), level)
  }
  as_limit <- function(low, high) all_iterative(interval(back(low), back(high)))
  list(
    bias = back(bias), bias_interval = interval(back(bias - half), back(bias + half)),
    p_value = if (error > 0) 2 * pt(-abs(bias / error), n - 1) else NaN, sd = sd,
    lower_limit = back(bias - 1.96 * sd), lower_interval = as_limit(bias - offsets[2] * sd, bias - offsets[1] * sd),
    upper_limit = back(bias + 1.96 * sd), upper_interval = as_limit(bias + offsets[1] * sd, bias + offsets[2] * sd),
    multiplier = 1.96, proportional = proportional, spread = spread,
    differences = as.list(unname(back(differences))), means = as.list(unname(back(means))), n = n
  )
}

# Which part of the spread of readings is the lesions' own? Six forms: Shrout and Fleiss 1979; interval of form 2 by
# Satterthwaite's degrees of freedom, McGraw and Wong 1996.
icc_forms <- function(table, level) {
  n <- nrow(table)
  k <- ncol(table)
  grand <- mean(table)
  of_lesion <- rowMeans(table)
  of_reader <- colMeans(table)
  within <- table - of_lesion
  residual <- sweep(within, 2, of_reader - grand)
  square <- function(deviations, total, df) if (is_rounding(max(abs(deviations)), table)) 0 else total / df
  rows <- square(diff(range(of_lesion)), k * sum((of_lesion - grand)^2), n - 1)
  inside <- square(within, sum(within^2), n * (k - 1))
  columns <- square(diff(range(of_reader)), n * sum((of_reader - grand)^2), k - 1)
  error <- square(residual, sum(residual^2), (n - 1) * (k - 1))
  upper <- (1 + level) / 2
  share <- function(above, below) if (below > 0) above / below else if (below == 0 && above < 0) -Inf else NaN
  test <- function(rows, error, df1, df2) {
    f <- if (error > 0) rows / error else Inf
    list(f_statistic = f, df1 = df1, df2 = df2, p_value = if (is.finite(f)) pf(f, df1, df2, lower.tail = FALSE) else 0)
  }
  form <- function(numbers, test) {
    c(list(value = numbers[1], interval = interval(numbers[2], numbers[3])), test, list(n_lesions = n, n_readers = k))
  }
  ratio_forms <- function(error, df2) {
    scales <- c(1, qf(upper, n - 1, df2), 1 / qf(upper, df2, n - 1))
    own <- test(rows, error, n - 1, df2)
    list(
      form(sapply(scales, function(s) share(rows - s * error, rows + (k - 1) * s * error)), own),
      form(sapply(scales, function(s) share(rows - s * error, rows)), own)
    )
  }
  one <- ratio_forms(inside, n * (k - 1))
  three <- ratio_forms(error, (n - 1) * (k - 1))
  bounded <- function(above, lesions, others, without) {
    below <- lesions + others
    if (below > 1e-12 * (lesions + abs(others))) above / below else without
  }
  single <- share(rows - error, rows + (k - 1 - k / n) * error + k * columns / n)
  average <- bounded(rows - error, rows, (columns - error) / n, NaN)
  degrees <- 0
  if (is.finite(single)) {
    of_readers <- k * single * columns
    of_error <- (n * (1 - single) + k * single * (n - 1)) * error
    spread <- of_readers^2 / (k - 1) + of_error^2 / ((n - 1) * (k - 1))
    if (spread > 0) degrees <- (of_readers + of_error)^2 / spread
  }
  if (columns == 0 && error == 0) {
    limits <- list(c(1, 1), c(1, 1))
  } else if (degrees < 1e-3) {
    limits <- list(c(NaN, NaN), c(NaN, NaN))
  } else {
    scales <- c(qf(upper, n - 1, degrees), 1 / qf(upper, degrees, n - 1))
    limits <- list(
      sapply(scales, function(s) share(n * (rows - s * error), n * rows + s * (k * columns + (k * n - k - n) * error))),
      sapply(scales, function(s) bounded(n * (rows - s * error), n * rows, s * (columns - error), -Inf))
    )
  }
  own <- test(rows, error, n - 1, (n - 1) * (k - 1))
  list(
    forms = list(
      "1,1" = one[[1]], "2,1" = form(c(single, limits[[1]]), own), "3,1" = three[[1]],
      "1,k" = one[[2]], "2,k" = form(c(average, limits[[2]]), own), "3,k" = three[[2]]
    ),
    mean_squares = list(between_lesions = rows, within_lesions = inside, between_readers = columns, residual = error),
    n_lesions = n, n_readers = k
  )
}

# The factors by which the limits of a standard deviation with `df` degrees of freedom lie from it.
sd_factors <- function(df, level) sqrt(df / qchisq(c((1 + level) / 2, (1 - level) / 2), df))

# How precise is one reading? Within-lesion SD, repeatability coefficient 2.77 wSD, and their relative forms. Bland
# and Altman 1996; Obuchowski and Bullen 2018.
precision <- function(values, lesion, level) {
  counts <- table(lesion)
  single <- names(counts)[counts == 1]
  values <- values[!lesion %in% single]
  lesion <- lesion[!lesion %in% single]
  n_each <- as.numeric(table(lesion))
  df <- length(values) - length(n_each)
  weights <- (n_each - 1) / df
  means <- as.numeric(tapply(values, lesion, mean))
  squares <- function(values) {
    deviations <- values - ave(values, lesion)
    if (is_rounding(max(abs(deviations)), values)) deviations <- 0 * deviations
    as.numeric(tapply(deviations^2, lesion, sum)) / (n_each - 1)
  }
  variances <- squares(values)
  wsd <- sqrt(sum(weights * variances))
  factors <- sd_factors(df, level)
  change <- 1.96 * sqrt(2)
  scaled <- function(value) list(value = value, interval = interval(value * factors[1], value * factors[2]))
  found <- list(
    wsd = scaled(wsd), rc = scaled(change * wsd), degrees = df, n_lesions = length(n_each), n_readings = length(values),
    n_single = length(single), multiplier = 1.96, spread = if (wsd > 0) trend_line(means, sqrt(variances), level)
  )
  if (all(values > 0)) {
    relative <- sqrt(sum(weights * variances / means^2))
    log_sd <- sqrt(sum(weights * squares(log(values))))
    step <- function(sign) {
      ends <- sort(expm1(sign * change * log_sd * factors))
      list(value = expm1(sign * change * log_sd), interval = interval(ends[1], ends[2]))
    }
    cv <- sqrt(expm1((log_sd * c(1, factors))^2))
    found <- c(found, list(
      wcv_rms = scaled(relative), percent_rc = scaled(change * relative), fall = step(-1), rise = step(1),
      wcv_log = list(value = cv[1], interval = interval(cv[2], cv[3]))
    ))
  }
  found
}

# Limits of a sum of independent mean squares with positive factors. Graybill and Wang 1980; Zou 2013 (mover).
mover <- function(factor, square, df, level) {
  limits <- rbind(square, square) * outer(sd_factors_squared(level), df, function(q, d) d / qchisq(q, d))
  value <- sum(factor * square)
  list(
    value = value, low = value - sqrt(sum((factor * (square - limits[1, ]))^2)),
    high = value + sqrt(sum((factor * (limits[2, ] - square))^2))
  )
}
sd_factors_squared <- function(level) c((1 + level) / 2, (1 - level) / 2)

# Limits of agreement of single readings when the true value stood still between repeats. Bland and Altman 1999, 2007.
repeated_limits <- function(first, second, level) {
  mean_of <- function(own) tapply(own$value, own$lesion, mean)
  a <- mean_of(first)
  b <- mean_of(second)[names(a)]
  n <- length(a)
  differences <- as.numeric(a - b)
  inside <- function(own) {
    df <- nrow(own) - n
    if (df > 0) sum((own$value - ave(own$value, own$lesion))^2) / df else NaN
  }
  left <- function(own) mean(1 - 1 / as.numeric(table(own$lesion)))
  within <- c(inside(first), inside(second))
  lefts <- c(left(first), left(second))
  sizes <- c(nrow(first), nrow(second))
  more <- sizes > n
  of_means <- var(differences)
  sum <- mover(c(1, lefts[more]), c(of_means, within[more]), c(n - 1, sizes[more] - n), level)
  sd <- sqrt(sum$value)
  error <- sqrt(of_means / n)
  bias <- mean(differences)
  half <- qt((1 + level) / 2, n - 1) * error
  outward <- sqrt(half^2 + (1.96 * (sqrt(sum$high) - sd))^2)
  inward <- sqrt(half^2 + (1.96 * (sd - sqrt(max(sum$low, 0))))^2)
  lower <- bias - 1.96 * sd
  upper <- bias + 1.96 * sd
  list(
    bias = bias, bias_interval = interval(bias - half, bias + half),
    p_value = if (error > 0) 2 * pt(-abs(bias / error), n - 1) else NaN, sd = sd,
    lower_limit = lower, lower_interval = interval(lower - outward, lower + inward),
    upper_limit = upper, upper_interval = interval(upper - inward, upper + outward),
    between = of_means - (1 - lefts[1]) * within[1] - (1 - lefts[2]) * within[2], within = within[1] + within[2],
    within_first = sqrt(within[1]), within_second = sqrt(within[2]), multiplier = 1.96, n_lesions = n,
    n_first = sizes[1], n_second = sizes[2]
  )
}

# How far apart may readings by two readers lie? Crossed analysis of variance of the lesions that hold every reading;
# `wanted` readings of each reader. Raunig et al. 2015.
reproducibility <- function(cells, readers, wanted, level) {
  place <- ave(cells$value, cells$lesion, cells$reader, FUN = seq_along)
  cells <- cells[place <= wanted & cells$reader %in% readers, ]
  held <- table(cells$lesion)
  cells <- cells[cells$lesion %in% names(held)[held == wanted * length(readers)], ]
  analysis <- function(value) {
    n <- length(unique(cells$lesion))
    k <- length(readers)
    m <- wanted
    grand <- mean(value)
    cell <- ave(value, cells$lesion, cells$reader)
    of_lesion <- ave(value, cells$lesion)
    of_reader <- ave(value, cells$reader)
    square <- function(deviations, df) if (is_rounding(max(abs(deviations)), value)) 0 else sum(deviations^2) / df
    lesion <- square(of_lesion - grand, n - 1)
    reader <- square(of_reader - grand, k - 1)
    crossed <- square(cell - of_lesion - of_reader + grand, (n - 1) * (k - 1))
    residual <- if (m > 1) square(value - cell, n * k * (m - 1)) else crossed
    factor <- c(1 / (n * m), (n - 1) / (n * m), if (m > 1) 1 - 1 / m)
    squares <- c(reader, crossed, if (m > 1) residual)
    df <- c(k - 1, (n - 1) * (k - 1), if (m > 1) n * k * (m - 1))
    list(
      sum = mover(factor, squares, df, level), n = n, k = k,
      components = list(
        lesion = (lesion - crossed) / (k * m), reader = (reader - crossed) / (n * m),
        lesion_by_reader = if (m > 1) (crossed - residual) / m, residual = residual
      )
    )
  }
  own <- analysis(cells$value)
  ends <- sqrt(pmax(c(own$sum$value, own$sum$low, own$sum$high), 0))
  change <- 1.96 * sqrt(2)
  as_estimate <- function(ends) list(value = ends[1], interval = interval(ends[2], ends[3]))
  found <- list(
    sd = as_estimate(ends), rdc = as_estimate(change * ends), components = own$components, n_lesions = own$n,
    n_readers = own$k, n_repeats = wanted, multiplier = 1.96
  )
  if (all(cells$value > 0)) {
    logs <- analysis(log(cells$value))$sum
    steps <- change * sqrt(pmax(c(logs$value, logs$low, logs$high), 0))
    found$fall <- as_estimate(expm1(-steps)[c(1, 3, 2)])
    found$rise <- as_estimate(expm1(steps))
  }
  found
}
