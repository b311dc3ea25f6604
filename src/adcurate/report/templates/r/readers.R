# ---- Several readers and cases ----

# The cases that every reader read with every modality: a matrix for each modality, a column for each reader.
read_completely <- function(readings, columns, readers, session, resolution) {
  blank <- function(cells) ifelse(is.na(cells), "", cells)
  if (session != "") readings <- readings[blank(readings$session) == session, , drop = FALSE]
  name <- paste(blank(readings$subject), blank(readings$lesion), sep = "\r")
  cases <- unique(name)
  place <- cbind(match(name, cases), match(blank(readings$reader), readers))
  ratings <- lapply(columns, function(column) {
    table <- matrix(NA_real_, length(cases), length(readers))
    table[place] <- numbers_in(readings, column, resolution)
    table
  })
  outcome <- !is.na(readings$positive)
  positive <- is_positive(readings)[outcome][match(cases, name[outcome])]
  complete <- Reduce(`&`, lapply(ratings, function(table) rowSums(!is.finite(table)) == 0))
  kept <- complete & !is.na(positive)
  list(
    ratings = lapply(ratings, function(table) table[kept, , drop = FALSE]), positive = positive[kept],
    subject = blank(readings$subject)[match(cases, name)][kept], n_incomplete = sum(!is.na(positive) & !complete),
    n_unclassified = sum(is.na(positive))
  )
}

# Areas of readers (columns) and modalities (rows), and their covariance over cases: from placements (DeLong, DeLong and
# Clarke-Pearson 1988), from leaving out each case, or from sums over subjects (Obuchowski 1997).
reader_areas <- function(read, directions, method) {
  modality <- rep(seq_along(read$ratings), each = ncol(read$ratings[[1]]))
  reader <- rep(seq_len(ncol(read$ratings[[1]])), length(read$ratings))
  placed <- Map(function(i, j) doubled_placements(read$ratings[[i]][, j], read$positive, directions[i]), modality, reader)
  m <- sum(read$positive)
  n <- sum(!read$positive)
  if (method == "jackknife") {
    left_out <- sapply(placed, function(own) c(
      (sum(own$positives) - own$positives) / (2 * (m - 1) * n), (sum(own$negatives) - own$negatives) / (2 * m * (n - 1))
    ))
    moved <- sweep(left_out, 2, colMeans(left_out))
    covariance <- (m + n - 1) / (m + n) * crossprod(moved)
  } else {
    of <- if (method == "delong") area_covariance else function(a, b) obuchowski_covariance(a, b, read$positive, read$subject)
    covariance <- matrix(0, length(placed), length(placed))
    for (a in seq_along(placed)) for (b in seq_along(placed)) covariance[a, b] <- of(placed[[a]], placed[[b]])
  }
  areas <- sapply(placed, function(own) sum(own$positives) / (2 * m * n))
  list(
    values = matrix(areas, length(read$ratings), byrow = TRUE), covariance = covariance, modality = modality,
    reader = reader, n_positive = m, n_negative = n
  )
}

each_reader_area <- function(areas, level) {
  lapply(seq_along(areas$modality), function(k) {
    value <- areas$values[areas$modality[k], areas$reader[k]]
    se <- sqrt(areas$covariance[k, k])
    half <- qnorm((1 + level) / 2) * se
    list(value = value, standard_error = se, interval = cut_interval(value, half, 0))
  })
}
cut_interval <- function(value, half, least) {
  limits <- pmin(pmax(value + c(-1, 1) * half, least), 1)
  interval(limits[1], limits[2])
}

# A mean square that is the rounding error of doubles is zero.
unless_rounding <- function(square, beside = 0) if (isTRUE(square < max(1e-28, 1e-12 * beside))) 0 else square

# Error variance and covariances by kind (between modalities, between readers, between both) and mean squares.
# Obuchowski and Rockette 1995.
variance_components <- function(areas) {
  t <- nrow(areas$values)
  r <- ncol(areas$values)
  same_modality <- outer(areas$modality, areas$modality, "==")
  same_reader <- outer(areas$reader, areas$reader, "==")
  kind <- function(chosen) if (any(chosen)) mean(areas$covariance[chosen]) else NaN
  variance <- kind(same_modality & same_reader)
  cov1 <- kind(!same_modality & same_reader)
  cov2 <- kind(same_modality & !same_reader)
  cov3 <- kind(!same_modality & !same_reader)
  of_modality <- rowMeans(areas$values)
  of_reader <- colMeans(areas$values)
  grand <- mean(areas$values)
  rest <- areas$values - outer(of_modality, of_reader, "+") + grand
  ms_modality <- if (t > 1) r * sum((of_modality - grand)^2) / (t - 1) else NaN
  ms_reader <- if (r > 1) t * sum((of_reader - grand)^2) / (r - 1) else NaN
  ms_interaction <- if (t > 1 && r > 1) sum(rest^2) / ((t - 1) * (r - 1)) else NaN
  interaction <- ms_interaction - variance + cov1 + max(cov2 - cov3, 0)
  list(
    variance = variance, cov1 = cov1, cov2 = cov2, cov3 = cov3, ms_modality = unless_rounding(ms_modality),
    ms_reader = unless_rounding(ms_reader), ms_interaction = unless_rounding(ms_interaction),
    variance_reader = (ms_reader - interaction + (t - 1) * (cov3 - cov1) + cov2 - variance) / t,
    variance_interaction = interaction
  )
}

# Degrees of freedom of an error that is a mean square plus a covariance. Hillis 2007.
hillis <- function(error, square, df) if (isTRUE(square > 0)) df * (error / square)^2 else Inf
t_quantile <- function(level, df) if (is.nan(df)) NaN else qt((1 + level) / 2, df)

# Are modalities equally good in the hands of readers? Random readers or cases stand for others of their kind.
obuchowski_rockette <- function(areas, readers, cases, level) {
  t <- nrow(areas$values)
  r <- ncol(areas$values)
  found <- variance_components(areas)
  between <- if (r == 1) 0 else max(found$cov2 - found$cov3, 0)
  error <- df <- f <- numerator <- p_value <- NaN
  if (t > 1) {
    df <- (t - 1) * (r - 1)
    if (readers == "fixed") {
      error <- unless_rounding(found$variance - found$cov1 + (r - 1) * between, found$variance)
      df <- Inf
    } else if (cases == "fixed") {
      error <- found$ms_interaction
    } else if (is.nan(found$variance)) {
      df <- NaN
    } else {
      error <- unless_rounding(found$ms_interaction + r * between)
      df <- hillis(error, found$ms_interaction, df)
    }
    if (isTRUE(error > 0)) {
      f <- found$ms_modality / error
      numerator <- t - 1
      p_value <- if (is.infinite(df)) pchisq(numerator * f, numerator, lower.tail = FALSE) else pf(f, numerator, df, lower.tail = FALSE)
    } else {
      df <- NaN
    }
  }
  own <- lapply(seq_len(t), function(i) {
    block <- areas$covariance[areas$modality == i, areas$modality == i, drop = FALSE]
    variance <- sum(diag(block)) / r
    cov2 <- if (r > 1) (sum(block) - sum(diag(block))) / (r * (r - 1)) else NaN
    value <- mean(areas$values[i, ])
    square <- if (r > 1) unless_rounding(sum((areas$values[i, ] - value)^2) / (r - 1)) else NaN
    shared <- if (r == 1) 0 else max(cov2, 0)
    if (is.nan(variance) && cases == "random") {
      error <- df <- NaN
    } else if (readers == "fixed") {
      error <- variance + (r - 1) * shared
      df <- Inf
    } else if (cases == "fixed") {
      error <- square
      df <- r - 1
    } else {
      error <- square + r * shared
      df <- hillis(error, square, r - 1)
    }
    se <- sqrt(unless_rounding(error) / r)
    list(
      value = value, standard_error = se, df = df, interval = cut_interval(value, t_quantile(level, df) * se, 0),
      ms_reader = square, variance = variance, cov2 = cov2
    )
  })
  differences <- list()
  for (i in seq_len(t - 1)) for (j in i + seq_len(t - i)) {
    difference <- own[[i]]$value - own[[j]]$value
    se <- sqrt(2 * error / r)
    z <- if (isTRUE(se > 0)) difference / se else NaN
    differences[[length(differences) + 1]] <- list(
      difference = difference, standard_error = se, df = df,
      interval = cut_interval(difference, t_quantile(level, df) * se, -1), t = z,
      p_value = if (is.nan(df)) NaN else 2 * pt(-abs(z), df)
    )
  }
  list(
    f = f, numerator_df = numerator, denominator_df = df, p_value = p_value, components = found, areas = own,
    differences = differences, n_readers = r, n_positive = areas$n_positive, n_negative = areas$n_negative
  )
}

# The mean of several curves' sensitivities at each specificity, both ends of every vertical step kept. Chen and
# Samuelson 2014.
average_curve <- function(ratings, positive, direction) {
  curves <- lapply(seq_len(ncol(ratings)), function(j) {
    counts <- count_by_value(ratings[, j], positive, direction)
    list(wrong = c(0, cumsum(counts$negatives)), right = c(0, cumsum(counts$positives)) / sum(positive))
  })
  wrong <- sort(unique(unlist(lapply(curves, function(curve) curve$wrong))))
  read <- function(curve) sapply(wrong, function(at) {
    here <- curve$right[curve$wrong == at]
    if (length(here) > 0) return(range(here))
    last <- max(which(curve$wrong < at))
    rep(approx(curve$wrong[last + 0:1], curve$right[last + 0:1], at)$y, 2)
  })
  mean_of_curves <- Reduce(`+`, lapply(curves, read)) / length(curves)
  list(
    sensitivity = as.list(as.numeric(mean_of_curves)),
    specificity = as.list(rep(1 - wrong / sum(!positive), each = 2)), n_curves = length(curves)
  )
}
