# ---- ComBat ----

# Bring the values of several strata to one location and scale. Johnson, Li and Rabinovic 2007 (parametric, as
# sva::ComBat with a tighter stopping rule); with fewer than three features each is adjusted by itself, and with a
# stratum of one case the location only. `preserve` is a column whose effect is kept.
combat <- function(features, stratum, preserve = NULL) {
  names <- levels_of(stratum)
  code <- match(stratum, names)
  sizes <- tabulate(code, length(names))
  n <- nrow(features)
  location_only <- min(sizes) < 2
  flat <- !location_only & apply(features, 2, function(x) {
    any(tapply(x, code, function(own) max(own) - min(own)) <= 1e-14 * max(abs(x)))
  })
  own <- features[, !flat, drop = FALSE]
  middle <- colMeans(own)
  centred <- sweep(own, 2, middle)
  design <- columns_of(stratum)
  kept <- NULL
  if (!is.null(preserve)) kept <- matrix(preserve - mean(preserve))
  fit <- lm.fit(cbind(design, kept), centred)
  coefficients <- matrix(fit$coefficients, ncol = ncol(own))
  scale <- sqrt(colMeans(as.matrix(fit$residuals)^2))
  strata <- seq_along(names)
  expected <- matrix(colSums(coefficients[strata, , drop = FALSE] * sizes / n), n, ncol(own), byrow = TRUE)
  if (!is.null(kept)) expected <- expected + kept %*% coefficients[-strata, , drop = FALSE]
  z <- sweep(centred - expected, 2, scale, "/")
  shift <- ratio <- matrix(1, length(names), ncol(own))
  for (i in strata) {
    of <- z[code == i, , drop = FALSE]
    shift[i, ] <- colMeans(of)
    if (!location_only) ratio[i, ] <- apply(of, 2, var)
    if (ncol(own) < 3) next
    centre <- mean(shift[i, ])
    spread <- var(shift[i, ])
    if (location_only) {
      shift[i, ] <- (spread * shift[i, ] + centre) / (spread + 1)
    } else {
      modes <- posterior_modes(of, shift[i, ], ratio[i, ], centre, spread)
      shift[i, ] <- modes$shift
      ratio[i, ] <- modes$ratio
    }
  }
  moved <- sweep((z - shift[code, ]) / sqrt(ratio[code, ]), 2, scale, "*") + expected
  features[, !flat] <- sweep(moved, 2, middle, "+")
  every <- function(part) {
    whole <- matrix(NaN, length(names), ncol(features))
    whole[, !flat] <- part
    whole
  }
  list(values = features, shift = every(shift), ratio = every(ratio), sizes = sizes, kept_as_is = which(flat) - 1)
}

# Each given the other, until still.
posterior_modes <- function(of, mean, variance, centre, spread) {
  n <- nrow(of)
  average <- mean(variance)
  dispersion <- var(variance)
  shape <- (2 * dispersion + average^2) / dispersion
  rate <- (average * dispersion + average^3) / dispersion
  within <- colSums(sweep(of, 2, mean)^2)
  shift <- mean
  ratio <- variance
  for (step in 1:10000) {
    new_shift <- (spread * n * mean + ratio * centre) / (spread * n + ratio)
    new_ratio <- ((within + n * (mean - new_shift)^2) / 2 + rate) / (n / 2 + shape - 1)
    moved <- max(abs(new_shift - shift) / (abs(shift) + 1e-8), abs(new_ratio - ratio) / ratio)
    shift <- new_shift
    ratio <- new_ratio
    if (moved <= 1e-12) break
  }
  list(shift = shift, ratio = ratio)
}

numbers_of_combat <- function(fit, searched) {
  as_rows <- function(table) lapply(seq_len(nrow(table)), function(i) as.list(unname(table[i, ])))
  found <- lapply(list(values = fit$values, shift = fit$shift, ratio = fit$ratio), as_rows)
  if (searched) found <- all_iterative(found)
  c(found, list(sizes = as.list(fit$sizes), kept_as_is = as.list(fit$kept_as_is)))
}

# A marker before and after: blind did not know the classes, informed preserved them.
harmonized <- function(used, features, at, direction, method, level, informed, searched) {
  blind <- combat(features, used$stratum)
  values <- blind$values[, at]
  ones <- matrix(1, length(values), 1)
  found <- list(
    blind = numbers_of_combat(blind, searched), blind_values = as.list(values),
    blind_auc = small_area(values, used$positive, direction, method, level),
    blind_difference = adjusted_difference(values, used$positive, ones, level)
  )
  if (searched) for (name in c("blind_values", "blind_difference")) found[[name]] <- all_iterative(found[[name]])
  if (!informed) return(found)
  fit <- combat(features, used$stratum, as.numeric(used$positive))
  values <- fit$values[, at]
  difference <- mean(values[used$positive]) - mean(values[!used$positive])
  rest <- list(informed_values = as.list(values), informed_difference = difference)
  c(found, list(informed = numbers_of_combat(fit, searched)), if (searched) all_iterative(rest) else rest)
}
