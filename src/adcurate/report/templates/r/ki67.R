# ---- Ki-67 as an interval ----

# An index as the pathologist wrote it (12, <1, <=2, >20, 3-5), in percent: its ends, and which are left out.
read_ki67 <- function(text) {
  written <- text
  for (blank in c("\u00a0", "\u2009", "\u202f", "\t")) written <- gsub(blank, " ", written, fixed = TRUE)
  for (dash in c("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212")) {
    written <- gsub(dash, "-", written, fixed = TRUE)
  }
  written <- trimws(gsub("\u2265", ">=", gsub("\u2264", "<=", written, fixed = TRUE), fixed = TRUE))
  sign <- sub("^([<>]?=?).*$", "\\1", written)
  found <- regmatches(written, gregexpr("[0-9]+([.,][0-9]+)?", written))
  number <- function(which) vapply(found, function(digits) {
    if (length(digits) == 0) NA_real_ else as.numeric(sub(",", ".", which(digits), fixed = TRUE))
  }, 0)
  low <- number(function(digits) digits[1])
  high <- number(function(digits) digits[length(digits)])
  low[sign %in% c("<", "<=")] <- 0
  high[sign %in% c(">", ">=")] <- 100
  data.frame(low = low, high = high, low_open = sign %in% ">", high_open = sign %in% "<")
}

# 1 where the value in the row is certainly the larger, -1 the smaller, 0 tied or undecided.
certain_order <- function(y) {
  larger <- outer(y$low, y$high, ">") | (outer(y$low, y$high, "==") & outer(y$low_open, y$high_open, "|"))
  larger - t(larger)
}
exact_ties <- function(y) outer(y$low == y$high, y$low == y$high, "&") & outer(y$low, y$low, "==")

# Kendall's tau of a marker and intervals: pairs whose order is certain, tau-b with undecided pairs as ties. The
# variance of S over all permutations: Daniels 1944.
interval_kendall <- function(x, y, test, n_permutations) {
  n <- length(x)
  sign_x <- sign(outer(x, x, "-"))
  sign_y <- certain_order(y)
  pairs <- upper.tri(sign_x)
  both <- (sign_x * sign_y)[pairs]
  concordant <- sum(both > 0)
  discordant <- sum(both < 0)
  undecided <- sum((sign_x != 0 & sign_y == 0 & !exact_ties(y))[pairs])
  s <- concordant - discordant
  squares <- c(sum(sign_x^2), sum(sign_y^2))
  row_squares <- c(sum(rowSums(sign_x)^2), sum(rowSums(sign_y)^2))
  variance <- (4 * prod(row_squares - squares) / (n * (n - 1) * (n - 2)) + 2 * prod(squares) / (n * (n - 1))) / 4
  z <- if (variance > 0) s / sqrt(variance) else 0
  p_value <- 2 * pnorm(-abs(z))
  if (test == "permutation") {
    drawn <- vapply(seq_len(n_permutations), function(i) {
      order <- sample.int(n)
      sum(sign_x[order, order] * sign_y) / 2
    }, 0)
    share <- (1 + sum(abs(drawn) >= abs(s))) / (n_permutations + 1)
    p_value <- monte_carlo(share, max(abs(reach_of_share(share, n_permutations) - share)))
  }
  list(
    tau = 2 * s / sqrt(squares[1]) / sqrt(squares[2]), gamma = if (concordant + discordant > 0) s / (concordant + discordant) else NaN,
    s = s, z = z, p_value = p_value, concordant = concordant, discordant = discordant,
    tied = n * (n - 1) / 2 - concordant - discordant - undecided, undecided = undecided, n = n,
    n_exact = sum(y$low == y$high), n_permutations = if (test == "permutation") n_permutations else 0
  )
}

# The limits that tau-b cannot leave, whatever the values within the intervals: each undecided pair chooses its order.
outer_tau <- function(x, y) {
  sign_x <- sign(outer(x, x, "-"))
  sign_y <- certain_order(y)
  undecided <- sign_y == 0 & !exact_ties(y) & row(sign_y) != col(sign_y)
  free <- sum(undecided & sign_x != 0)
  beside <- sum(undecided & sign_x == 0)
  s <- sum(sign_x * sign_y)
  furthest <- function(numerator, outward) {
    spread <- sum(sign_y != 0) + free + (if (outward) 0 else beside)
    if (spread > 0) min(1, max(-1, numerator / (sqrt(sum(sign_x != 0)) * sqrt(spread)))) else NaN
  }
  c(low = furthest(s - free, s - free < 0), high = furthest(s + free, s + free > 0))
}

# The line of the transformed index on the marker, with normal errors, of values known exactly or as intervals:
# survreg of the package survival, which comes with R. "<1" is a bound from above, ">20" one from below.
interval_regression <- function(x, y, transform, level) {
  if (!requireNamespace("survival", quietly = TRUE)) {
    message("The regression needs the package survival: install.packages(\"survival\").")
    return(NULL)
  }
  exact <- y$low == y$high
  low <- ifelse(y$low <= 0 & !exact, NA, suppressWarnings(transform(y$low)))
  high <- ifelse(y$high >= 100 & !exact, NA, transform(y$high))
  fit_from <- function(...) tryCatch(suppressWarnings(survival::survreg(
    survival::Surv(low, high, type = "interval2") ~ x, dist = "gaussian",
    control = survival::survreg.control(maxiter = 200, rel.tolerance = 1e-12), ...
  )), error = function(e) NULL)
  # With few values survreg's own start can lead away: it is also started from a maximum that optim finds.
  minus_log_likelihood <- function(p) {
    a <- (ifelse(is.na(low), -Inf, low) - p[1] - p[2] * (x - mean(x))) / exp(p[3])
    b <- (ifelse(is.na(high), Inf, high) - p[1] - p[2] * (x - mean(x))) / exp(p[3])
    -sum(ifelse(exact, dnorm(a, log = TRUE) - p[3], log(pmax(pnorm(b) - pnorm(a), pnorm(-a) - pnorm(-b), 1e-300))))
  }
  middle <- ifelse(is.na(low), high, ifelse(is.na(high), low, (low + high) / 2))
  found <- optim(c(mean(middle, na.rm = TRUE), 0, log(sd(middle, na.rm = TRUE) + 1e-3)), minus_log_likelihood,
                 control = list(maxit = 5000, reltol = 1e-12))$par
  fits <- list(fit_from(), fit_from(init = c(found[1] - found[2] * mean(x), found[2:3])))
  fits <- fits[!sapply(fits, is.null)]
  if (length(fits) == 0) {
    message("survreg found no maximum.")
    return(NULL)
  }
  fit <- fits[[which.max(sapply(fits, function(one) one$loglik[2]))]]
  value <- unname(coef(fit))
  covariance <- unname(fit$var)
  se <- sqrt(diag(covariance))
  ratio <- max(0, 2 * (fit$loglik[2] - fit$loglik[1]))
  p_value <- pchisq(ratio, 1, lower.tail = FALSE)
  reach <- qnorm((1 + level) / 2)
  terms <- lapply(1:2, function(i) {
    z <- value[i] / se[i]
    term <- list(
      estimate = value[i], standard_error = se[i], z = z, p_value = 2 * pnorm(-abs(z)),
      interval = interval(value[i] - reach * se[i], value[i] + reach * se[i])
    )
    if (i == 2) c(term, list(likelihood_ratio = ratio, likelihood_ratio_p = p_value)) else term
  })
  all_iterative(list(
    terms = terms, sigma = fit$scale, log_sigma_error = se[3], log_likelihood = fit$loglik[2],
    likelihood_ratio = ratio, df = 1, p_value = p_value, n = length(x), n_exact = sum(exact),
    n_interval = sum(!exact & !is.na(low) & !is.na(high)) - sum(is.na(low) & is.na(high)),
    n_left = sum(is.na(low)), n_right = sum(is.na(high)),
    covariance = lapply(1:3, function(i) as.list(covariance[i, ]))
  ))
}

# The median index along the marker, in percent, with pointwise limits.
interval_line <- function(fit, x, back, level) {
  if (is.null(fit)) return(NULL)
  at <- seq(min(x), max(x), length.out = 60)
  value <- sapply(fit$terms, function(term) term$estimate)
  covariance <- matrix(unlist(fit$covariance), 3)[1:2, 1:2]
  reach <- qnorm((1 + level) / 2)
  lapply(at, function(x) {
    own <- c(1, x)
    middle <- sum(own * value)
    half <- reach * sqrt(as.numeric(own %*% covariance %*% own))
    percent <- function(v) iterative(min(max(back(v), 0), 100))
    list(marker = x, median = percent(middle), low = percent(middle - half), high = percent(middle + half))
  })
}

# What comes out when each range is replaced by its middle.
midpoint_comparison <- function(x, y, transform) {
  middle <- (y$low + y$high) / 2
  rank <- spearman(x, middle)
  list(
    rho = rank$rho, p_value = rank$p_value, slope = sum((x - mean(x)) * transform(middle)) / sum((x - mean(x))^2),
    n_replaced = sum(y$low != y$high)
  )
}

# The cases that have the marker and the index.
ki67_cases <- function(cases, column, ki67, resolution) {
  x <- numbers_in(cases, column, resolution)
  y <- read_ki67(cases[[ki67]])
  known <- is.finite(x) & !is.na(y$low)
  list(x = x[known], y = y[known, ], n_missing = sum(!known))
}
ki67_values <- function(one) {
  lapply(seq_along(one$x), function(i) list(marker = one$x[i], low = one$y$low[i], high = one$y$high[i]))
}
