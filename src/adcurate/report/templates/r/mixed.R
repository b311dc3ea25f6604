# ---- Mixed models: values of a subject share an intercept ----
#
# y = X b + u_group + e, by (restricted) maximum likelihood; the same model as lme4::lmer and nlme::lme. The
# likelihood is profiled over coefficients and residual variance (Bates 2015); what is left is, for each grouping,
# the ratio of its variance to the residual one. With V = I + sum(ratio Z Z'), V^-1 = I - Z K Z'.

mixed_model <- function(y, groups, x, restricted) {
  n <- length(y)
  p <- ncol(x)
  decomposed <- qr(x, tol = 1e-12)
  basis <- qr.Q(decomposed)
  upper <- qr.R(decomposed)
  start <- crossprod(basis, y)
  left <- as.numeric(y - basis %*% start)
  scale <- sqrt(mean(left^2))
  z <- do.call(cbind, lapply(groups, function(group) outer(group, unique(group), "==") + 0))
  sizes <- sapply(groups, function(group) length(unique(group)))
  nu <- if (restricted) n - p else n
  list(
    n = n, p = p, y = left / scale, basis = basis, start = start, back = solve(upper), scale = scale, sizes = sizes,
    owner = rep(seq_along(groups), sizes), zy = as.numeric(crossprod(z, left / scale)), zx = crossprod(z, basis),
    zz = crossprod(z), counts = colSums(z), nu = nu, restricted = restricted,
    constant = nu * (log(2 * pi) + 2 * log(scale)) + (if (restricted) 2 * sum(log(abs(diag(upper)))) else 0)
  )
}

mixed_parts <- function(model, ratios) {
  if (length(ratios) == 1) {
    shrink <- 1 / (1 + ratios * model$counts)
    between <- shrink * model$counts
    kernel_y <- ratios * shrink * model$zy
    kernel_x <- ratios * shrink * model$zx
    log_det <- sum(log1p(ratios * model$counts))
    pulled <- shrink * model$zy
    crossed <- shrink * model$zx
  } else {
    root <- sqrt(ratios)[model$owner]
    triangle <- chol(outer(root, root) * model$zz + diag(length(root)))
    kernel <- outer(root, root) * chol2inv(triangle)
    between <- model$counts - rowSums((model$zz %*% kernel) * model$zz)
    kernel_y <- kernel %*% model$zy
    kernel_x <- kernel %*% model$zx
    log_det <- 2 * sum(log(diag(triangle)))
    pulled <- as.numeric(model$zy - model$zz %*% kernel_y)
    crossed <- model$zx - model$zz %*% kernel_x
  }
  xx <- diag(model$p) - crossprod(model$zx, kernel_x)
  xy <- -crossprod(model$zx, kernel_y)
  inverse <- solve(xx)
  beta <- as.numeric(inverse %*% xy)
  rss <- sum(model$y^2) - sum(model$zy * kernel_y) - sum(xy * beta)
  list(
    beta = beta, inverse = inverse, rss = rss, between = between, crossed = crossed,
    pull = as.numeric(pulled - crossed %*% beta),
    log_parts = log_det + (if (model$restricted) as.numeric(determinant(xx)$modulus) else 0)
  )
}

# Z'V^-1 Z, whole.
mixed_between <- function(model, ratios) {
  if (length(ratios) == 1) return(diag(model$counts / (1 + ratios * model$counts), length(model$counts)))
  root <- sqrt(ratios)[model$owner]
  inner <- outer(root, root) * model$zz + diag(length(root))
  model$zz - model$zz %*% (outer(root, root) * solve(inner)) %*% model$zz
}

mixed_deviance <- function(model, ratios) {
  parts <- mixed_parts(model, ratios)
  if (parts$rss <= 0) return(Inf)
  parts$log_parts + model$nu * (1 + log(parts$rss / model$nu))
}

mixed_slopes <- function(model, ratios) {
  parts <- mixed_parts(model, ratios)
  by_group <- parts$between
  if (model$restricted) by_group <- by_group - rowSums((parts$crossed %*% parts$inverse) * parts$crossed)
  of <- function(values) as.numeric(tapply(values, model$owner, sum))
  of(by_group) - model$nu / parts$rss * of(parts$pull^2)
}

# The ratios of highest likelihood, zero included: where the slope of the profiled deviance is zero.
mixed_ratios <- function(model) {
  grid <- c(0, 10^seq(-4, 6, length.out = 41))
  one <- function(slope, low, high) {
    exp(uniroot(function(t) slope(exp(t)), log(c(low, high)), tol = 1e-14, maxiter = 500)$root)
  }
  if (length(model$sizes) == 1) {
    slope <- function(ratio) mixed_slopes(model, ratio)
    values <- sapply(grid, function(ratio) mixed_deviance(model, ratio))
    best <- which.min(values)
    low <- 1e-10
    if (best == 1 && (slope(0) >= 0 || slope(low) >= 0)) return(0)
    if (best > 2) low <- grid[best - 1]
    found <- one(slope, low, grid[best + 1])
    return(if (mixed_deviance(model, found) <= values[1]) found else 0)
  }
  coarse <- grid[seq(1, length(grid), 4)]
  values <- outer(seq_along(coarse), seq_along(coarse), Vectorize(function(i, j) mixed_deviance(model, coarse[c(i, j)])))
  start <- sqrt(pmax(coarse[arrayInd(which.min(values), dim(values))], 1e-6))
  rough <- optim(
    start, function(theta) mixed_deviance(model, theta^2), function(theta) 2 * theta * mixed_slopes(model, theta^2),
    method = "BFGS", control = list(reltol = 1e-15, maxit = 500)
  )
  current <- rough$par^2
  # Turn by turn, each to the root of its slope, or to zero where the likelihood falls from there; then both
  # together by Newton's steps.
  for (turn in 1:50) {
    before <- current
    for (k in 1:2) {
      slope <- function(ratio) {
        trial <- current
        trial[k] <- ratio
        mixed_slopes(model, trial)[k]
      }
      if (slope(0) >= 0 && (current[k] == 0 || (slope(current[k]) >= 0 && current[k] < 1e-4))) {
        current[k] <- 0
        next
      }
      low <- high <- max(current[k], 1e-8)
      while (slope(low) > 0 && low > 1e-10) low <- low / 2
      while (slope(high) < 0 && high < 1e12) high <- high * 2
      if (slope(low) > 0) current[k] <- 0 else if (low < high) current[k] <- one(slope, low, high)
    }
    if (all(abs(current - before) <= 1e-11 * pmax(current, 1e-6))) break
    inside <- which(current > 0)
    if (length(inside) < 2) next
    for (step in 1:20) {
      at <- mixed_slopes(model, current)
      bend <- sapply(1:2, function(k) {
        near <- function(shift) mixed_slopes(model, current * exp(shift * (1:2 == k)))
        (near(1e-4) - near(-1e-4)) / 2e-4
      })
      move <- tryCatch(solve(bend, -at), error = function(e) c(NaN, NaN))
      if (any(!is.finite(move)) || max(abs(move)) > 0.5) break
      current <- current * exp(move)
      if (max(abs(move)) <= 1e-13) break
    }
  }
  current
}

mixed_found <- function(model) {
  ratios <- mixed_ratios(model)
  parts <- mixed_parts(model, ratios)
  variance <- parts$rss / model$nu
  covariance <- model$back %*% parts$inverse %*% t(model$back) * variance * model$scale^2
  list(
    ratios = ratios, variance = variance, deviance = mixed_deviance(model, ratios), covariance = covariance,
    beta = as.numeric(model$back %*% (model$start + model$scale * parts$beta))
  )
}

# Satterthwaite's degrees of freedom of a contrast: 2 f^2 / (g' A g), f its variance, g the slopes of f by the
# variances, A the inverse of half their observed information. Kuznetsova 2017.
satterthwaite <- function(model, found, contrast) {
  parts <- mixed_parts(model, found$ratios)
  own <- as.numeric(crossprod(model$back, contrast))
  weights <- as.numeric(parts$inverse %*% own)
  f <- found$variance * sum(own * weights)
  inside <- which(found$ratios > 0)
  k <- length(inside)
  g <- numeric(k + 1)
  hessian <- matrix(0, k + 1, k + 1)
  between <- mixed_between(model, found$ratios)
  projected <- between - parts$crossed %*% parts$inverse %*% t(parts$crossed)
  traced <- if (model$restricted) projected else between
  for (i in seq_len(k)) {
    mine <- model$owner == inside[i]
    g[i] <- found$variance * sum((parts$crossed[mine, , drop = FALSE] %*% weights)^2)
    hessian[i, k + 1] <- hessian[k + 1, i] <- sum(parts$pull[mine]^2) / found$variance^2
    for (j in seq_len(k)) {
      theirs <- model$owner == inside[j]
      hessian[i, j] <- -sum(traced[mine, theirs]^2) +
        2 * sum(parts$pull[mine] * (projected[mine, theirs, drop = FALSE] %*% parts$pull[theirs])) / found$variance
    }
  }
  g[k + 1] <- f / found$variance
  hessian[k + 1, k + 1] <- model$nu / found$variance^2
  2 * f^2 / (2 * sum(g * solve(hessian, g)))
}

# Profile-likelihood limits of the group's variance, of the residual one, or of their ratio.
mixed_limits <- function(model, found, which, level) {
  allowed <- found$deviance + qchisq(level, 1)
  ratio <- found$ratios
  estimate <- switch(which, group = ratio * found$variance, residual = found$variance, ratio)
  grid <- c(0, 10^seq(-7, 11, length.out = 91))
  parts <- lapply(grid, function(ratio) mixed_parts(model, ratio))
  criterion <- function(value, ratio, parts) {
    log_variance <- log(value) - (if (which == "group") log(ratio) else 0)
    parts$log_parts + model$nu * log_variance + parts$rss * exp(-log_variance)
  }
  excess <- function(value) {
    if (which == "ratio") return(mixed_deviance(model, value) - allowed)
    values <- mapply(function(ratio, parts) criterion(value, ratio, parts), grid, parts)
    if (which == "group") values[1] <- Inf
    best <- which.min(values)
    if (best == 1) return(values[1] - allowed)
    ends <- log(grid[c(max(2, best - 1), min(length(grid), best + 1))])
    least <- optimize(function(t) criterion(value, exp(t), mixed_parts(model, exp(t))), ends, tol = 1e-7)$objective
    min(least, values[best]) - allowed
  }
  beyond <- function(value, factor, end) {
    while (excess(value) < 0) {
      value <- value * factor
      if ((value > end) == (factor > 1)) return(NULL)
    }
    value
  }
  root <- function(low, high) {
    if (low == high) return(low)
    exp(uniroot(function(t) excess(exp(t)), log(c(low, high)), tol = 1e-12)$root)
  }
  low <- 0
  high <- Inf
  if (estimate > 0) {
    outside <- beyond(estimate, 0.5, 1e-12)
    if (!is.null(outside)) low <- root(outside, min(2 * outside, estimate))
  }
  outside <- beyond(max(estimate, 1e-6), 2, 1e12)
  if (!is.null(outside)) high <- root(max(outside / 2, estimate), outside)
  c(low, high)
}

mixed_fit <- function(y, groups, x, restricted, level) {
  model <- mixed_model(y, groups, x, restricted)
  found <- mixed_found(model)
  fixed <- lapply(seq_len(ncol(x)), function(i) {
    se <- sqrt(found$covariance[i, i])
    df <- satterthwaite(model, found, as.numeric(seq_len(ncol(x)) == i))
    half <- qt((1 + level) / 2, df) * se
    value <- found$beta[i]
    list(
      value = value, standard_error = se, df = df, t = value / se, p_value = 2 * pt(-abs(value) / se, df),
      interval = interval(value - half, value + half)
    )
  })
  variances <- c(found$ratios * found$variance, found$variance)
  components <- lapply(seq_along(variances), function(i) {
    list(
      variance = variances[i] * model$scale^2, sd = sqrt(variances[i]) * model$scale,
      n_groups = if (i < length(variances)) model$sizes[[i]] else 0
    )
  })
  result <- list(
    fixed = fixed, covariance = lapply(seq_len(ncol(x)), function(i) as.list(unname(found$covariance[i, ]))),
    icc = variances[1] / sum(variances), minus_two_log_likelihood = found$deviance + model$constant, n = model$n
  )
  if (length(groups) == 1) {
    for (i in 1:2) {
      limits <- sqrt(mixed_limits(model, found, c("group", "residual")[i], level)) * model$scale
      components[[i]]$interval <- interval(limits[1], limits[2])
    }
    limits <- mixed_limits(model, found, "ratio", level)
    share <- function(ratio) if (is.infinite(ratio)) 1 else ratio / (1 + ratio)
    result$icc_interval <- interval(share(limits[1]), share(limits[2]))
    gain <- max(0, mixed_deviance(model, 0) - found$deviance)
    result$variance_p <- if (found$ratios == 0) 1 else pchisq(gain, 1, lower.tail = FALSE) / 2
  }
  c(result, list(components = components))
}

# Can columns be left out? F with Satterthwaite's denominator (Fai and Cornelius 1996; REML), and the likelihood
# ratio of two ML fits.
mixed_test <- function(y, groups, x, tested) {
  model <- mixed_model(y, groups, x, TRUE)
  found <- mixed_found(model)
  axes <- eigen(found$covariance[tested, tested, drop = FALSE], symmetric = TRUE)
  contrasts <- matrix(0, length(tested), ncol(x))
  contrasts[, tested] <- t(axes$vectors)
  f <- sum((contrasts %*% found$beta)^2 / axes$values) / length(tested)
  dfs <- apply(contrasts, 1, function(contrast) satterthwaite(model, found, contrast))
  df <- if (max(dfs) - min(dfs) < 1e-8) mean(dfs) else if (min(dfs) <= 2) 2 else {
    expected <- sum(dfs / (dfs - 2))
    2 * expected / (expected - length(dfs))
  }
  likelihood <- function(columns) {
    model <- mixed_model(y, groups, x[, columns, drop = FALSE], FALSE)
    mixed_deviance(model, mixed_ratios(model)) + model$constant
  }
  ratio <- max(0, likelihood(-tested) - likelihood(seq_len(ncol(x))))
  q <- length(tested)
  list(
    f = f, df = q, df_denominator = df, p_value = pf(f, q, df, lower.tail = FALSE), likelihood_ratio = ratio,
    likelihood_ratio_p = pchisq(ratio, q, lower.tail = FALSE)
  )
}

# A marker by class, or by grade, with covariates; `labels` are the classes, the reference first.
mixed_marker <- function(cases, column, groups, compare, labels, covariates, factors, resolution, restricted, level) {
  y <- numbers_in(cases, column, resolution)
  members <- lapply(groups, function(name) {
    if (name == "lesion") paste(cases$subject, cases$lesion, sep = "\r") else cases[[name]]
  })
  class <- switch(compare,
    outcome = labels[1 + is_positive(cases)], grade = cases$grade, none = rep("", nrow(cases))
  )
  numbers <- lapply(covariates, function(name) numbers_in(cases, name, if (startsWith(name, "marker:")) resolution))
  words <- lapply(factors, function(name) cases[[name]])
  known <- is.finite(y) & !is.na(class)
  for (one in c(members, words)) known <- known & !is.na(one)
  for (one in numbers) known <- known & is.finite(one)
  kept <- which(known)
  kept <- kept[order(cases$row[kept], method = "radix")]
  y <- y[kept]
  class <- class[kept]
  members <- lapply(members, function(one) one[kept])
  held <- labels[labels %in% class]
  indicators <- function(text, levels) outer(text, levels[-1], "==") + 0
  x <- matrix(1, length(y), 1)
  if (compare != "none") x <- cbind(x, indicators(class, held))
  tested <- seq_len(ncol(x))[-1]
  for (one in numbers) x <- cbind(x, one[kept])
  for (one in words) x <- cbind(x, indicators(one[kept], sort(unique(one[kept]), method = "radix")))
  means <- lapply(held, function(label) {
    own <- class == label
    list(mean(y[own]), sum(own), length(unique(members[[1]][own])))
  })
  list(
    fit = all_iterative(mixed_fit(y, members, x, restricted, level)),
    test = if (length(tested) > 0) all_iterative(mixed_test(y, members, x, tested)),
    means = if (compare != "none") setNames(means, held), n_groups = length(unique(members[[1]])),
    largest_group = max(table(members[[1]])), n_missing = nrow(cases) - length(kept)
  )
}
