# ---- Trend over the grades ----

trend_cases <- function(cases, column, grades, resolution, covariates = NULL) {
  marker <- numbers_in(cases, column, resolution)
  order <- match(cases$grade, grades)
  known <- is.finite(marker) & !is.na(order)
  others <- lapply(covariates, function(name) numbers_in(cases, name, if (startsWith(name, "marker:")) resolution))
  covered <- known
  for (other in others) covered <- covered & is.finite(other)
  list(
    marker = marker[known], order = order[known], n_missing = sum(!known), n_without = sum(known & !covered),
    covered = list(marker = marker[covered], order = order[covered], covariates = lapply(others, function(x) x[covered]))
  )
}

# Variance of the number of ordered pairs without a trend, given sizes of groups and of ties. Hollander, Wolfe
# and Chicken 2014, equation 6.19.
trend_variance <- function(g, t) {
  n <- sum(g)
  v <- (n * (n - 1) * (2 * n + 5) - sum(g * (g - 1) * (2 * g + 5)) - sum(t * (t - 1) * (2 * t + 5))) / 72
  v <- v + sum(g * (g - 1)) * sum(t * (t - 1)) / (8 * n * (n - 1))
  if (n > 2) v <- v + sum(g * (g - 1) * (g - 2)) * sum(t * (t - 1) * (t - 2)) / (36 * n * (n - 1) * (n - 2))
  v
}

# Does the marker rise or fall from grade to grade? Terpstra 1952, Jonckheere 1954: the pairs of cases of
# different grades in which the higher grade has the larger value, ties half.
jonckheere_terpstra <- function(marker, order, alternative, method) {
  sizes <- as.numeric(table(order))
  ties <- as.numeric(table(marker))
  later <- outer(order, order, "<")
  rise <- outer(marker, marker, "<")
  tie <- outer(marker, marker, "==")
  statistic <- sum(later & rise) + sum(later & tie) / 2
  n_pairs <- sum(later)
  deviation <- sqrt(trend_variance(sizes, ties))
  z <- (statistic - n_pairs / 2) / deviation
  p_value <- if (method == "exact") {
    chance <- trend_chances(sizes, ties, n_pairs)
    at <- seq_along(chance) - 1
    counted <- switch(alternative,
      increasing = at >= 2 * statistic, decreasing = at <= 2 * statistic,
      abs(at - n_pairs) >= abs(2 * statistic - n_pairs)
    )
    min(1, sum(chance[counted]))
  } else {
    switch(alternative, increasing = pnorm(-z), decreasing = pnorm(z), 2 * pnorm(-abs(z)))
  }
  list(
    statistic = statistic, n_pairs = n_pairs, share = statistic / n_pairs, expected = n_pairs / 2,
    standard_deviation = deviation, z = z, p_value = p_value, n = length(marker), sizes = as.list(sizes)
  )
}

# Probability of each value of twice the statistic. A state is how many cases of each grade have been dealt out
# to the values so far, smallest value first; every way of dealing is equally likely.
trend_chances <- function(sizes, ties, n_pairs) {
  k <- length(sizes)
  name <- function(state) paste(state, collapse = " ")
  states <- list()
  states[[name(rep(0, k))]] <- list(state = rep(0, k), chance = c(1, rep(0, 2 * n_pairs)))
  left <- sum(sizes)
  for (tied in ties) {
    reached <- new.env()
    for (held in states) {
      room <- sizes - held$state
      # Every way to take `tied` cases from the grades with room.
      heads <- as.matrix(expand.grid(lapply(room[-k], function(free) 0:min(tied, free))))
      last <- tied - rowSums(heads)
      deals <- cbind(heads, last)[last >= 0 & last <= room[k], , drop = FALSE]
      for (i in seq_len(nrow(deals))) {
        dealt <- deals[i, ]
        below <- cumsum(held$state) - held$state
        together <- cumsum(dealt) - dealt
        gain <- sum(dealt * (2 * below + together))
        share <- prod(choose(room, dealt)) / choose(left, tied)
        after <- name(held$state + dealt)
        old <- reached[[after]]
        if (is.null(old)) old <- list(state = as.numeric(held$state + dealt), chance = numeric(2 * n_pairs + 1))
        keep <- seq_len(2 * n_pairs + 1 - gain)
        old$chance[keep + gain] <- old$chance[keep + gain] + share * held$chance[keep]
        reached[[after]] <- old
      }
    }
    states <- mget(ls(reached), envir = reached)
    left <- left - tied
  }
  states[[name(sizes)]]$chance
}

# Kendall's tau-b (1945) and tau-c (Stuart 1953), gamma (Goodman and Kruskal 1954), Somers' d of y given x
# (1962), with the standard errors of Brown and Benedetti 1977. x is the grade, y the marker.
kendall <- function(x, y, method, level, n_resamples) {
  n <- length(x)
  sign_x <- sign(outer(x, x, "-"))
  sign_y <- sign(outer(y, y, "-"))
  product <- sign_x * sign_y
  c <- rowSums(product > 0)
  d <- rowSums(product < 0)
  with_x <- rowSums(sign_x == 0)
  with_y <- rowSums(sign_y == 0)
  p <- sum(c)
  q <- sum(d)
  w_x <- n^2 - sum(with_x)
  w_y <- n^2 - sum(with_y)
  w <- sqrt(w_x * w_y)
  root <- function(spread, size) if (spread > 1e-12 * size) sqrt(spread) else 0
  tau_b <- (p - q) / w
  per_case <- 2 * w * (c - d) + tau_b * (with_x * w_y + with_y * w_x)
  tau_b_se <- root(sum(per_case^2) - n^3 * tau_b^2 * (w_x + w_y)^2, sum(per_case^2)) / w^2
  fewest <- min(length(unique(x)), length(unique(y)))
  stretch <- fewest / (fewest - 1)
  tau_c_se <- 2 * stretch / n^2 * root(sum((c - d)^2) - (p - q)^2 / n, sum((c - d)^2))
  s <- (p - q) / 2
  ties_x <- as.numeric(table(x))
  ties_y <- as.numeric(table(y))
  z <- s / (2 * sqrt(trend_variance(ties_x, ties_y)))
  untied <- max(ties_x, ties_y) == 1 && n <= 200
  p_value <- if (untied) kendall_exact_p(s, n) else 2 * pnorm(-abs(z))
  n_undefined <- 0
  if (method == "delta") {
    half <- qnorm((1 + level) / 2) * tau_b_se
    limits <- interval(max(tau_b - half, -1), min(tau_b + half, 1))
  } else if (method == "fieller") {
    half <- qnorm((1 + level) / 2) * sqrt(0.437 / (n - 4))
    limits <- if (abs(tau_b) < 1) interval(tanh(atanh(tau_b) - half), tanh(atanh(tau_b) + half)) else interval(NaN, NaN)
  } else {
    of_columns <- function(drawn) {
      xx <- colSums(drawn * (abs(sign_x) %*% drawn))
      yy <- colSums(drawn * (abs(sign_y) %*% drawn))
      ifelse(xx > 0 & yy > 0, colSums(drawn * (product %*% drawn)) / sqrt(xx * yy), NA)
    }
    replicates <- in_blocks(n_resamples, n, function(k) of_columns(draw_counts(n, k)))
    n_undefined <- monte_carlo_count(sum(is.na(replicates)), n_resamples)
    limits <- if (method == "bca-bootstrap") {
      bca_interval(tau_b, replicates, of_columns(1 - diag(n)), level)
    } else {
      percentile_interval(replicates, level)
    }
  }
  tied_x <- (sum(with_x) - n) / 2
  tied_y <- (sum(with_y) - n) / 2
  tied_both <- (p + q) / 2 + tied_x + tied_y - n * (n - 1) / 2
  list(
    tau_b = list(value = tau_b, standard_error = tau_b_se),
    tau_c = list(value = stretch * (p - q) / n^2, standard_error = tau_c_se),
    gamma = list(value = (p - q) / (p + q), standard_error = 4 / (p + q)^2 * sqrt(sum((q * c - p * d)^2))),
    somers_d = list(
      value = (p - q) / w_x, standard_error = 2 / w_x^2 * sqrt(sum((w_x * (c - d) - (p - q) * (n - with_x))^2))
    ),
    interval = limits, s = s, z = z, p_value = p_value, concordant = p / 2, discordant = q / 2,
    tied_x_only = tied_x - tied_both, tied_y_only = tied_y - tied_both, tied_both = tied_both, n = n,
    n_undefined = n_undefined
  )
}

# Without ties: the share of all n! orders with as many inversions or fewer, two-sided.
kendall_exact_p <- function(s, n) {
  fewest <- (n * (n - 1) / 2 - abs(s)) / 2
  chance <- c(1, numeric(fewest))
  for (i in 2:n) {
    total <- cumsum(chance)
    chance <- (total - c(numeric(min(i, length(total))), total)[seq_along(total)]) / i
  }
  min(1, 2 * sum(chance))
}

# Spearman's rho of what the covariates leave: Pearson correlation of the residuals of midranks. Fisher 1924;
# t with n - 2 - k degrees of freedom.
partial_spearman <- function(x, y, covariates, method, level, n_resamples) {
  n <- length(x)
  k <- length(covariates)
  ranks <- sapply(c(list(x, y), covariates), rank)
  rho <- cor(residuals(lm(ranks[, 1] ~ ranks[, -(1:2)])), residuals(lm(ranks[, 2] ~ ranks[, -(1:2)])))
  df <- n - 2 - k
  t <- if (abs(rho) >= 1) sign(rho) * Inf else rho * sqrt(df / ((1 - rho) * (1 + rho)))
  n_undefined <- 0
  if (method == "fisher-z") {
    limits <- interval(NaN, NaN)
    if (abs(rho) < 1 && n - k > 3) {
      half <- qnorm((1 + level) / 2) / sqrt(n - k - 3)
      limits <- interval(tanh(atanh(rho) - half), tanh(atanh(rho) + half))
    }
  } else {
    of_columns <- function(drawn) partial_of_resamples(c(list(x, y), covariates), drawn)
    replicates <- in_blocks(n_resamples, n * (k + 2), function(size) of_columns(draw_counts(n, size)))
    n_undefined <- monte_carlo_count(sum(is.na(replicates)), n_resamples)
    limits <- if (method == "bca-bootstrap") {
      bca_interval(rho, replicates, of_columns(1 - diag(n)), level)
    } else {
      percentile_interval(replicates, level)
    }
  }
  list(
    rho = rho, rho_unadjusted = cor(ranks[, 1], ranks[, 2]), t = t, df = df, p_value = 2 * pt(-abs(t), df),
    interval = limits, n = n, n_undefined = n_undefined
  )
}

# The same in every resample: Gram and Schmidt, each covariate losing what earlier ones explain.
partial_of_resamples <- function(variables, drawn) {
  centre <- (colSums(drawn) + 1) / 2
  left <- lapply(variables, function(v) sweep(midranks_of_resamples(v, drawn), 2, centre))
  product <- function(a, b) colSums(drawn * a * b)
  total <- lapply(left, function(v) product(v, v))
  defined <- Reduce(`&`, lapply(total, function(t) t > 0))
  basis <- list()
  for (v in c(seq_along(left)[-(1:2)], 1, 2)) {
    for (turn in 1:2) for (unit in basis) left[[v]] <- left[[v]] - sweep(unit, 2, product(left[[v]], unit), "*")
    remains <- product(left[[v]], left[[v]])
    defined <- defined & remains > 1e-10 * total[[v]]
    if (v > 2) basis[[length(basis) + 1]] <- sweep(left[[v]], 2, sqrt(ifelse(remains > 0, remains, 1)), "/")
  }
  rho <- product(left[[1]], left[[2]]) / sqrt(product(left[[1]], left[[1]]) * product(left[[2]], left[[2]]))
  ifelse(defined, pmin(pmax(rho, -1), 1), NA)
}
