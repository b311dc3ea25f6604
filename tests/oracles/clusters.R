# Several lesions in a subject, for tests/statistics/clusters/: Obuchowski's variances counted pair by pair, pROC where
# every subject has one lesion, survey's ratio estimator, and lm's analysis of variance.
# From the repository root: Rscript tests/oracles/clusters.R > tests/oracles/clusters.json
suppressMessages({ library(pROC); library(survey); library(jsonlite) })

command <- "Rscript tests/oracles/clusters.R > tests/oracles/clusters.json"

# A difference of rounding errors differs between computers: it is zero.
clean <- function(x) { x[abs(x) < 1e-14] <- 0; x }

# How often x, a positive, beats y, a negative; direction "high".
beats <- function(x, y) ifelse(x > y, 1, ifelse(x == y, 0.5, 0))

# Obuchowski 1997: components of each lesion, summed over each subject; S10, S01, S11 of a pair of markers.
obuchowski <- function(markers, positive, subject) {
  everyone <- unique(subject)
  M <- sum(positive); N <- sum(!positive); I <- length(everyone)
  parts <- lapply(markers, function(z) {
    x <- z[positive]; y <- z[!positive]
    pairs <- outer(x, y, beats)
    area <- mean(pairs)
    list(area = area,
         x = sapply(everyone, function(s) { own <- subject[positive] == s
           sum(rowMeans(pairs)[own]) - sum(own) * area }),
         y = sapply(everyone, function(s) { own <- subject[!positive] == s
           sum(colMeans(pairs)[own]) - sum(own) * area }))
  })
  I10 <- length(unique(subject[positive])); I01 <- length(unique(subject[!positive]))
  k <- length(parts)
  covariance <- matrix(NA, k, k)
  for (a in 1:k) for (b in 1:k) {
    S10 <- I10 / ((I10 - 1) * M) * sum(parts[[a]]$x * parts[[b]]$x)
    S01 <- I01 / ((I01 - 1) * N) * sum(parts[[a]]$y * parts[[b]]$y)
    S11 <- I / (I - 1) * sum(parts[[a]]$x * parts[[b]]$y)
    S11_other <- I / (I - 1) * sum(parts[[b]]$x * parts[[a]]$y)
    covariance[a, b] <- S10 / M + S01 / N + S11 / (M * N) + S11_other / (M * N)
  }
  list(areas = sapply(parts, `[[`, "area"), covariance = covariance)
}

share <- function(success, subject) {
  frame <- data.frame(success = as.numeric(success), subject = subject)
  design <- svydesign(ids = ~subject, data = frame, weights = ~1)
  mean <- svymean(~success, design, deff = TRUE)
  p <- as.numeric(coef(mean)); variance <- as.numeric(vcov(mean)); n <- length(success)
  z <- qnorm(0.975)
  logit <- if (p > 0 && p < 1) plogis(qlogis(p) + c(-1, 1) * z * sqrt(variance) / (p * (1 - p))) else c(NA, NA)
  effect <- variance / (p * (1 - p) / (n - 1))
  effective <- if (p > 0 && p < 1) n / max(1, effect) else length(unique(subject))
  centre <- (p + z^2 / (2 * effective)) / (1 + z^2 / effective)
  half <- z * sqrt(p * (1 - p) / effective + z^2 / (4 * effective^2)) / (1 + z^2 / effective)
  list(value = p, variance = clean(variance), logit = I(logit), wilson = I(c(max(0, centre - half), min(1, centre + half))),
       effect = clean(effect))
}

icc <- function(values, subject) {
  sizes <- as.numeric(table(subject)); I <- length(sizes); n <- length(values)
  if (n == I || I == 1 || length(unique(values)) == 1) return(NA)
  squares <- suppressWarnings(anova(lm(values ~ factor(subject))))[["Mean Sq"]]
  n0 <- (n - sum(sizes^2) / n) / (I - 1)
  (squares[1] - squares[2]) / (squares[1] + (n0 - 1) * squares[2])
}

one_set <- function(name, first, second, positive, subject) {
  both <- obuchowski(list(first, second), positive, subject)
  difference <- c(1, -1) %*% both$covariance %*% c(1, -1)
  cutoff <- sort(first)[ceiling(length(first) / 2)]
  called <- first >= cutoff
  known <- function(kept) sum(kept) > 1 && length(unique(subject[kept])) > 1
  out <- list(name = name, first = I(first), second = I(second), positive = I(as.integer(positive)),
              subject = I(subject), areas = I(both$areas), covariance = I(clean(c(both$covariance))),
              difference_variance = clean(difference[1]), cutoff = cutoff,
              sensitivity = if (known(positive)) share(called[positive], subject[positive]) else NULL,
              specificity = if (known(!positive)) share(!called[!positive], subject[!positive]) else NULL,
              icc = icc(first, subject))
  if (!any(duplicated(subject)) && sum(positive) > 1 && sum(!positive) > 1) {
    one <- roc(positive, first, levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
    two <- roc(positive, second, levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
    out$proc <- I(suppressWarnings(c(var(one, method = "delong"), var(two, method = "delong"),
                                     cov(one, two, method = "delong"))))
    out$proc_p <- suppressWarnings(roc.test(one, two, paired = TRUE, method = "delong"))$p.value
  }
  out
}

set.seed(20261123)
draw <- function(n_subjects, most, shared, digits, mixed) {
  sizes <- sample(1:most, n_subjects, replace = TRUE)
  subject <- rep(seq_len(n_subjects), sizes)
  person <- rnorm(n_subjects, 0, sqrt(shared))[subject]
  sick <- if (mixed) runif(length(subject)) < 0.4 else (runif(n_subjects) < 0.4)[subject]
  if (!any(sick)) sick[subject == subject[1]] <- TRUE
  if (all(sick)) sick[subject == subject[1]] <- FALSE
  value <- function() round(person + sick + rnorm(length(subject), 0, sqrt(1 - shared)), digits)
  list(first = value(), second = value(), positive = sick, subject = subject)
}
sets <- list()
add <- function(name, s) sets[[length(sets) + 1]] <<- one_set(name, s$first, s$second, s$positive, s$subject)
for (i in 1:200) {
  add(paste("random", i), draw(sample(4:14, 1), sample(1:4, 1), runif(1, 0, 0.9), sample(0:3, 1), i %% 2 == 0))
}
for (i in 1:30) {
  s <- draw(sample(2:6, 1), 3, 0.9, 0, i %% 2 == 0)
  if (i %% 3 == 0) s$first <- as.numeric(s$positive) * 2
  if (i %% 5 == 0) s$second <- s$first
  if (i %% 7 == 0) s$first <- rep(1, length(s$first))
  add(paste("degenerate", i), s)
}
add("forty subjects, both classes", draw(40, 5, 0.6, 2, TRUE))
add("sixty subjects, one lesion", draw(60, 1, 0.5, 2, TRUE))

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(pROC = as.character(packageVersion("pROC")),
                                       survey = as.character(packageVersion("survey"))),
                       command = command, sets = sets), auto_unbox = TRUE, digits = NA, na = "null", null = "null"))
