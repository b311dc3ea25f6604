# ---- More than two grades ----

# Cases of each class at each distinct value, in the order in which classes rise.
class_counts <- function(classes, direction) {
  values <- sort(unique(unlist(classes)))
  counts <- t(sapply(classes, function(own) tabulate(match(own, values), length(values))))
  if (direction == "low") counts <- counts[, rev(seq_along(values)), drop = FALSE]
  counts
}

# How well is each pair of grades told apart? The higher grade is the positive one; tests adjusted by Holm.
grade_pairs <- function(classes, direction, method, test, level, n_resamples) {
  pairs <- combn(length(classes), 2)
  found <- lapply(seq_len(ncol(pairs)), function(i) {
    lower <- classes[[pairs[1, i]]]
    higher <- classes[[pairs[2, i]]]
    marker <- c(higher, lower)
    positive <- seq_along(marker) <= length(higher)
    area <- area_estimate(marker, positive, direction, "exact-binomial", level)
    if (is.finite(area$standard_error) && area$standard_error > 0) {
      area$interval <- auc_interval(marker, positive, direction, method, level, n_resamples)
    }
    p_value <- area$p_value
    if (test == "mann-whitney" || is.nan(p_value)) {
      p_value <- if (all(marker == marker[1])) 1 else mann_whitney(higher, lower, exact_where_feasible(higher, lower))$p_value
    }
    list(area = area, p_value = p_value)
  })
  adjusted <- p.adjust(sapply(found, function(one) one$p_value), "holm")
  lapply(seq_along(found), function(i) c(found[[i]], list(p_adjusted = adjusted[i])))
}

# The exact distribution where it takes about a second (two groups of 100).
exact_where_feasible <- function(x, y) {
  whole <- round(2 * rank(c(x, y)))
  whole <- whole - min(whole)
  step <- Reduce(function(a, b) { while (b > 0) { r <- a %% b; a <- b; b <- r }; a }, whole)
  m <- min(length(x), length(y))
  most <- sum(tail(sort(whole / max(step, 1)), m))
  if (length(whole) * m * most <= 1e9) "exact" else "asymptotic"
}

# Concordant less discordant pairs of each case with cases of other classes, and how many such pairs.
ordinal_c_of <- function(order, marker, direction, weights = NULL) {
  rise <- outer(order, order, function(a, b) sign(a - b))
  step <- outer(marker, marker, function(a, b) sign(a - b)) * (if (direction == "low") -1 else 1)
  list(net = rise * step, related = rise != 0)
}

# Ordinal C-index: the share of pairs of different grades that the marker puts in order, ties half. Harrell,
# Lee and Mark 1996; the standard error treats the grades as sampled too.
ordinal_c <- function(classes, direction, method, level, n_resamples) {
  order <- rep(seq_along(classes), lengths(classes))
  marker <- unlist(classes, use.names = FALSE)
  pairs <- ordinal_c_of(order, marker, direction)
  net <- rowSums(pairs$net)
  related <- rowSums(pairs$related)
  d <- sum(net) / sum(related)
  se <- sqrt(sum((net - d * related)^2)) / sum(related)
  if (abs(d) == 1) se <- 0
  value <- (1 + d) / 2
  z <- qnorm((1 + level) / 2)
  limits <- switch(method,
    "wald" = interval(max(0, value - z * se), min(1, value + z * se)),
    "fisher-z" = if (abs(d) < 1) {
      half <- z * 2 * se / (1 - d^2)
      interval((1 + tanh(atanh(d) - half)) / 2, (1 + tanh(atanh(d) + half)) / 2)
    } else interval(NaN, NaN),
    "percentile-bootstrap" = percentile_interval(in_blocks(n_resamples, length(marker), function(k) {
      drawn <- draw_counts(length(marker), k)
      total <- colSums(drawn * (pairs$net %*% drawn))
      all <- colSums(drawn * ((pairs$related + 0) %*% drawn))
      ifelse(all > 0, (1 + total / all) / 2, NA)
    }), level)
  )
  tied <- sum(pairs$related & pairs$net == 0) / 2
  list(
    value = value, standard_error = se, interval = limits,
    p_value = if (se > 0) 2 * pnorm(-abs(value - 0.5) / se) else NaN,
    concordant_pairs = sum(pairs$net > 0) / 2, tied_pairs = tied, n_pairs = sum(pairs$related) / 2, n = length(marker)
  )
}

# Volume under the ROC surface: the share of sets of one case of each grade that stand in order; a tie of s
# grades counts 1 / s!. Mossman 1999; Nakas and Yiannoutsos 2004. `shares` holds, for each class, a matrix of
# values by resamples.
ordered_volume_of <- function(shares) {
  size <- dim(shares[[1]])
  before <- list(matrix(1, size[1], size[2]))
  for (j in seq_along(shares)) {
    ending <- matrix(0, size[1], size[2])
    tied <- matrix(1, size[1], size[2])
    for (s in seq_len(j)) {
      tied <- tied * shares[[j - s + 1]] / s
      ending <- ending + before[[j - s + 1]] * tied
    }
    upto <- running_sums(ending)
    before[[j + 1]] <- upto - ending
  }
  upto[size[1], ]
}
ordered_volume <- function(classes, direction, level, n_resamples) {
  counts <- class_counts(classes, direction)
  sizes <- rowSums(counts)
  value <- ordered_volume_of(lapply(seq_along(sizes), function(i) matrix(counts[i, ] / sizes[i])))
  replicates <- in_blocks(n_resamples, length(counts), function(k) {
    ordered_volume_of(lapply(seq_along(sizes), function(i) draw_counts(sizes[i], k, counts[i, ]) / sizes[i]))
  })
  spread <- if (sd(replicates) < 1e-12) 0 else sd_of_replicates(replicates)
  list(
    value = value, standard_error = spread, interval = percentile_interval(replicates, level),
    of_chance = 1 / factorial(length(sizes)), sizes = as.list(unname(sizes))
  )
}

grade_separation <- function(cases, column, direction, grades, resolution, method, test, c_method, level, n_resamples) {
  marker <- numbers_in(cases, column, resolution)
  known <- is.finite(marker) & !is.na(cases$grade)
  chosen <- known & cases$grade %in% grades
  classes <- lapply(grades, function(grade) marker[chosen & cases$grade %in% grade])
  names(classes) <- grades
  classes <- classes[lengths(classes) > 0]
  found <- list(
    sizes = as.list(lengths(classes)),
    pairs = grade_pairs(classes, direction, method, test, level, n_resamples),
    c_index = ordinal_c(classes, direction, c_method, level, n_resamples),
    n_missing = sum(!known), n_left_out = sum(known & !chosen)
  )
  if (length(classes) > 2) found$volume <- ordered_volume(classes, direction, level, n_resamples)
  found
}
