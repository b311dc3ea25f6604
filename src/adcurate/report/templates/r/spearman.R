# ---- Rank correlation ----

# Midranks of one variable within every resample at once: `counts` says how often each case was drawn.
midranks_of_resamples <- function(values, counts) {
  level <- match(values, sort(unique(values)))
  drawn <- rowsum(counts, level, reorder = TRUE)
  ranks <- running_sums(drawn) - (drawn - 1) / 2
  ranks[level, , drop = FALSE]
}

# Spearman's rho of every resample; NA where all drawn values of a variable are equal.
spearman_of_resamples <- function(x, y, counts) {
  centre <- (colSums(counts) + 1) / 2
  dx <- sweep(midranks_of_resamples(x, counts), 2, centre)
  dy <- sweep(midranks_of_resamples(y, counts), 2, centre)
  xx <- colSums(counts * dx * dx)
  yy <- colSums(counts * dy * dy)
  rho <- colSums(counts * dx * dy) / sqrt(xx * yy)
  ifelse(xx > 0 & yy > 0, pmin(pmax(rho, -1), 1), NA)
}

# Does one quantity rise or fall with another? Spearman's rho, the correlation of midranks; p by the t
# approximation. Spearman 1904; cor.test(exact = FALSE).
spearman <- function(x, y) {
  rho <- cor(rank(x), rank(y))
  p_value <- if (abs(rho) >= 1) 0 else suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE)$p.value)
  tied <- function(values) sum(values %in% values[duplicated(values)])
  list(rho = rho, p_value = p_value, n = length(x), n_tied_x = tied(x), n_tied_y = tied(y))
}

# Its interval: tanh(atanh(rho) +- z se) with se^2 = 1 / (n - 3) (fisher-z), 1.06 / (n - 3) (fisher-z-1.06; Fieller,
# Hartley and Pearson 1957) or (1 + rho^2 / 2) / (n - 3) (Bonett and Wright 2000); or by drawing pairs.
spearman_interval <- function(x, y, method, level, n_resamples) {
  n <- length(x)
  rho <- cor(rank(x), rank(y))
  widening <- switch(method, "fisher-z" = 1, "fisher-z-1.06" = 1.06, "bonett-wright" = 1 + rho^2 / 2, NA)
  if (!is.na(widening)) {
    if (abs(rho) >= 1) return(list(interval = interval(NaN, NaN), n_undefined = 0))
    reach <- qnorm((1 + level) / 2) * sqrt(widening / (n - 3))
    return(list(interval = interval(tanh(atanh(rho) - reach), tanh(atanh(rho) + reach)), n_undefined = 0))
  }
  replicates <- in_blocks(n_resamples, n, function(k) spearman_of_resamples(x, y, draw_counts(n, k)))
  limits <- if (method == "bca-bootstrap") {
    jackknife <- spearman_of_resamples(x, y, 1 - diag(n))
    bca_interval(rho, replicates, jackknife, level)
  } else {
    percentile_interval(replicates, level)
  }
  list(interval = limits, n_undefined = monte_carlo_count(sum(is.na(replicates)), n_resamples))
}
