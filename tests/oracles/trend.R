# Jonckheere-Terpstra by complete enumeration and by cor.test; Kendall's tau by cor.test, its relatives and their
# standard errors from the two-way table; partial Spearman by residuals of lm on ranks; p.adjust.
# For tests/statistics/groups/test_trend.py, test_multiplicity.py and tests/statistics/correlation/test_kendall.py,
# test_partial.py. From the repository root: Rscript tests/oracles/trend.R > tests/oracles/trend.json
suppressMessages({ library(jsonlite); library(Hmisc) })

command <- "Rscript tests/oracles/trend.R > tests/oracles/trend.json"

# --- Jonckheere-Terpstra -----------------------------------------------------------------------------------------
jt_statistic <- function(value, group) {
  order_of <- outer(group, group, "<")
  sum(order_of * ((outer(value, value, "<")) + 0.5 * outer(value, value, "==")))
}
label_orders <- function(left) {
  if (sum(left) == 0) return(matrix(integer(0), 1, 0))
  do.call(rbind, lapply(which(left > 0), function(g) {
    rest <- left; rest[g] <- rest[g] - 1
    cbind(g, label_orders(rest), deparse.level = 0)
  }))
}
enumerated <- function(value, group) {
  labels <- label_orders(tabulate(group))
  every <- apply(labels, 1, function(g) jt_statistic(value, g))
  observed <- jt_statistic(value, group)
  centre <- mean(every)
  list(value = I(value), group = I(group), statistic = observed, expected = centre,
       variance = mean((every - centre)^2),
       two_sided = mean(abs(every - centre) >= abs(observed - centre) - 1e-9),
       increasing = mean(every >= observed - 1e-9), decreasing = mean(every <= observed + 1e-9))
}
set.seed(20200301)
small <- list()
while (length(small) < 200) {
  k <- sample(2:4, 1)
  sizes <- sample(1:3, k, replace = TRUE)
  if (sum(sizes) > 7 || sum(sizes) < 3) next
  value <- if (runif(1) < 0.7) sample(1:4, sum(sizes), replace = TRUE) else sample(20, sum(sizes))
  if (length(unique(value)) < 2) next
  small[[length(small) + 1]] <- enumerated(value, rep(seq_len(k), sizes))
}
asymptotic <- function(value, group) {
  two <- suppressWarnings(cor.test(group, value, method = "kendall", exact = FALSE))
  up <- suppressWarnings(cor.test(group, value, method = "kendall", exact = FALSE, alternative = "greater"))
  list(value = I(value), group = I(group), statistic = jt_statistic(value, group), z = unname(two$statistic),
       two_sided = two$p.value, increasing = up$p.value)
}
large <- lapply(1:60, function(i) {
  sizes <- sample(3:25, sample(2:5, 1), replace = TRUE)
  group <- rep(seq_along(sizes), sizes)
  asymptotic(round(rnorm(length(group), 0.2 * group), sample(0:3, 1)), group)
})
# Hollander and Wolfe's example of knowledge of performance (Hundal 1969), J = 79.
hundal <- asymptotic(c(40, 35, 38, 43, 44, 41, 38, 40, 47, 44, 40, 42, 48, 40, 45, 43, 46, 44), rep(1:3, each = 6))

# --- Kendall -----------------------------------------------------------------------------------------------------
from_table <- function(x, y) {
  cells <- table(x, y); n <- sum(cells); r <- nrow(cells); c <- ncol(cells)
  a <- d <- matrix(0, r, c)
  for (i in seq_len(r)) for (j in seq_len(c)) {
    rows <- seq_len(r); cols <- seq_len(c)
    a[i, j] <- sum(cells[rows < i, cols < j]) + sum(cells[rows > i, cols > j])
    d[i, j] <- sum(cells[rows < i, cols > j]) + sum(cells[rows > i, cols < j])
  }
  p <- sum(cells * a); q <- sum(cells * d)
  row_sum <- rowSums(cells); col_sum <- colSums(cells)
  w_r <- n^2 - sum(row_sum^2); w_c <- n^2 - sum(col_sum^2); w <- sqrt(w_r * w_c)
  v <- outer(row_sum, rep(1, c)) * w_c + outer(rep(1, r), col_sum) * w_r
  tau_b <- (p - q) / w
  ase_b <- sqrt(max(0, sum(cells * (2 * w * (a - d) + tau_b * v)^2) - n^3 * tau_b^2 * (w_r + w_c)^2)) / w^2
  m <- min(r, c)
  tau_c <- m * (p - q) / (n^2 * (m - 1))
  ase_c <- 2 * m / ((m - 1) * n^2) * sqrt(max(0, sum(cells * (a - d)^2) - (p - q)^2 / n))
  gamma <- (p - q) / (p + q)
  ase_g <- 4 / (p + q)^2 * sqrt(sum(cells * (q * a - p * d)^2))
  somers <- (p - q) / w_r
  ase_s <- 2 / w_r^2 * sqrt(sum(cells * (w_r * (a - d) - (p - q) * (n - outer(row_sum, rep(1, c))))^2))
  list(tau_b = I(c(tau_b, ase_b)), tau_c = I(c(tau_c, ase_c)), gamma = I(c(gamma, ase_g)), somers_d = I(c(somers, ase_s)))
}
kendall <- function(x, y) {
  ties <- anyDuplicated(x) || anyDuplicated(y)
  plain <- suppressWarnings(cor.test(x, y, method = "kendall", exact = FALSE))
  corrected <- suppressWarnings(cor.test(x, y, method = "kendall", exact = FALSE, continuity = TRUE))
  exact <- if (ties) NA else cor.test(x, y, method = "kendall", exact = TRUE)$p.value
  c(list(x = I(x), y = I(y), tau = unname(plain$estimate), z = unname(plain$statistic), p = plain$p.value,
         p_continuity = corrected$p.value, p_exact = exact), from_table(x, y))
}
set.seed(20200302)
kendalls <- list()
while (length(kendalls) < 200) {
  n <- sample(c(3, 4, 5, 8, 12, 20), 1)
  kind <- sample(3, 1)
  x <- if (kind == 1) sample(50, n) else sample(4, n, replace = TRUE)
  y <- if (kind <= 2) sample(60, n) else sample(3, n, replace = TRUE)
  if (length(unique(x)) < 2 || length(unique(y)) < 2) next
  kendalls[[length(kendalls) + 1]] <- kendall(x, y)
}
set.seed(20200303)
long <- rnorm(150); kendalls[[201]] <- kendall(round(long, 5), round(0.4 * long + rnorm(150), 5))
kendalls[[202]] <- kendall(round(long, 1), round(0.4 * long + rnorm(150)))
somers <- lapply(kendalls[c(1:20, 202)], function(set) unname(rcorr.cens(set$y, set$x)["Dxy"]))

# --- partial Spearman --------------------------------------------------------------------------------------------
partial <- function(x, y, z) {
  n <- length(x); k <- ncol(z)
  ranks <- apply(z, 2, rank)
  rho <- cor(residuals(lm(rank(x) ~ ranks)), residuals(lm(rank(y) ~ ranks)))
  t <- rho * sqrt((n - 2 - k) / (1 - rho^2))
  list(x = I(x), y = I(y), z = lapply(seq_len(k), function(j) I(z[, j])), rho = rho, t = t,
       p = 2 * pt(-abs(t), n - 2 - k), low = tanh(atanh(rho) - qnorm(0.975) / sqrt(n - 3 - k)),
       high = tanh(atanh(rho) + qnorm(0.975) / sqrt(n - 3 - k)), unadjusted = cor(rank(x), rank(y)))
}
set.seed(20200304)
partials <- list()
while (length(partials) < 200) {
  k <- sample(3, 1); n <- k + sample(c(4, 6, 10, 20), 1)
  z <- matrix(round(rnorm(n * k), sample(0:2, 1)), n)
  x <- round(rnorm(n) + z[, 1], 1); y <- sample(3, n, replace = TRUE)
  if (qr(cbind(1, apply(z, 2, rank)))$rank < k + 1 || length(unique(y)) < 2 || length(unique(x)) < 2) next
  one <- partial(x, y, z)
  left <- function(v) sd(residuals(lm(rank(v) ~ apply(z, 2, rank))))
  # What is left of x or y is rounding: R correlates it, and the answer means nothing.
  if (!is.finite(one$rho) || 1 - abs(one$rho) < 1e-9 || min(left(x), left(y)) < 1e-6) next
  partials[[length(partials) + 1]] <- one
}

# --- families of tests -------------------------------------------------------------------------------------------
set.seed(20200305)
families <- lapply(1:200, function(i) {
  n <- sample(c(1, 2, 3, 5, 10, 25), 1)
  p <- if (runif(1) < 0.3) round(runif(n), 1) else runif(n)^sample(3, 1)
  list(p = I(p), bonferroni = I(p.adjust(p, "bonferroni")), holm = I(p.adjust(p, "holm")),
       hochberg = I(p.adjust(p, "hochberg")), bh = I(p.adjust(p, "BH")), by = I(p.adjust(p, "BY")))
})

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(Hmisc = as.character(packageVersion("Hmisc"))), command = command,
                       jt_exact = small, jt_asymptotic = large, hundal = hundal, kendall = kendalls,
                       somers_by_hmisc = I(unlist(somers)), partial = partials, families = families),
                  auto_unbox = TRUE, digits = NA, na = "null"))
