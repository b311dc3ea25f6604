# ---- The predictors of a model ----

# A matrix of the rows that are usable and lack no predictor; a category becomes a column for each of its levels
# but the reference.
design_of <- function(cases, columns, usable, resolution) {
  for (one in columns) {
    known <- if (is.null(one$levels)) is.finite(numbers_in(cases, one$column)) else !is.na(cases[[one$column]])
    usable <- usable & known
  }
  rows <- which(usable)
  x <- do.call(cbind, lapply(columns, function(one) {
    if (is.null(one$levels)) {
      marker <- startsWith(one$column, "marker:")
      own <- matrix(numbers_in(cases, one$column, if (marker) resolution)[rows])
      colnames(own) <- one$name
    } else {
      own <- sapply(one$levels, function(level) as.numeric(cases[[one$column]][rows] == level))
      own <- matrix(own, length(rows))
      colnames(own) <- paste(one$name, "=", one$levels)
    }
    own
  }))
  list(x = x, rows = rows, columns = columns)
}

# The unit of each predictor (NA: its standard deviation) and its mean.
predictors_of <- function(model, units) {
  lapply(seq_along(model$columns), function(i) {
    one <- model$columns[[i]]
    if (!is.null(one$levels)) return(list(unit = 1))
    values <- model$x[, one$name]
    list(unit = if (is.na(units[i])) sd(values) else units[i], mean = mean(values))
  })
}
units_of <- function(x, units) ifelse(is.na(units), apply(x, 2, sd), units)

# A coefficient with its odds ratio for a change of `unit`.
coefficient_of <- function(value, se, limits, p_value, wald_p, unit) {
  list(
    value = value, standard_error = se, interval = limits, p_value = p_value, wald_p_value = wald_p, unit = unit,
    odds_ratio = exp(value * unit), odds_ratio_interval = interval(exp(limits$low * unit), exp(limits$high * unit))
  )
}

# Where a profile has fallen from its maximum by what the confidence level allows; `fall(at)` is twice the fall.
profile_limit <- function(fall, centre, step, level) {
  critical <- qchisq(level, 1)
  inner <- centre
  reach <- 1.5 * step
  for (i in 1:60) {
    outer <- centre + reach
    if (fall(outer) > critical) {
      scale <- abs(outer - centre)
      root <- uniroot(function(t) fall(centre + t * sign(step)) - critical, c(abs(inner - centre), scale), tol = 1e-13 * scale)
      return(centre + root$root * sign(step))
    }
    inner <- outer
    reach <- 1.5 * reach
  }
  sign(step) * Inf
}
