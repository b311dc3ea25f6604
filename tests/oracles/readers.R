# Modalities by readers by cases, for tests/statistics/readers/: the Obuchowski-Rockette analysis from its published
# formulas, on pROC's DeLong covariances and on areas recounted without each case; mean squares by anova.
# From the repository root: Rscript tests/oracles/readers.R > tests/oracles/readers.json
suppressMessages({ library(pROC); library(jsonlite) })

command <- "Rscript tests/oracles/readers.R > tests/oracles/readers.json"

# A difference of rounding errors differs between computers: it is zero.
clean <- function(x) { x[abs(x) < 1e-14] <- 0; x }

area <- function(rating, sick) {
  pairs <- outer(rating[sick], rating[!sick], function(x, y) (x > y) + 0.5 * (x == y))
  mean(pairs)
}

# ratings: cases in rows, one column a modality and reader, the readers of the first modality first.
delong <- function(ratings, sick) {
  curves <- lapply(seq_len(ncol(ratings)), function(k)
    roc(sick, ratings[, k], levels = c(FALSE, TRUE), direction = "<", quiet = TRUE))
  k <- length(curves)
  out <- matrix(NA, k, k)
  for (a in 1:k) for (b in 1:k)
    out[a, b] <- suppressWarnings(if (a == b) var(curves[[a]], method = "delong")
                                  else cov(curves[[a]], curves[[b]], method = "delong"))
  out
}
jackknife <- function(ratings, sick) {
  n <- nrow(ratings)
  without <- t(sapply(seq_len(n), function(i) apply(ratings[-i, , drop = FALSE], 2, area, sick = sick[-i])))
  if (ncol(ratings) == 1) without <- t(without)
  cov(without) * (n - 1)^2 / n
}

analyse <- function(areas, covariance) {
  t <- nrow(areas); r <- ncol(areas)
  at <- expand.grid(reader = 1:r, modality = 1:t)
  pick <- function(same_modality, same_reader) {
    chosen <- (outer(at$modality, at$modality, "==") == same_modality) &
      (outer(at$reader, at$reader, "==") == same_reader)
    mean(covariance[chosen])
  }
  Var <- pick(TRUE, TRUE); Cov1 <- pick(FALSE, TRUE); Cov2 <- pick(TRUE, FALSE); Cov3 <- pick(FALSE, FALSE)
  own <- lapply(1:t, function(i) {
    v <- covariance[at$modality == i, at$modality == i, drop = FALSE]
    var_i <- mean(diag(v)); cov2_i <- mean(v[row(v) != col(v)]); ms <- clean(var(areas[i, ]))
    error <- ms + max(r * cov2_i, 0); df <- error^2 / (ms^2 / (r - 1))
    rrrc <- c(sqrt(error / r), df, qt(0.975, df) * sqrt(error / r))
    frrc <- sqrt((var_i + (r - 1) * max(cov2_i, 0)) / r)
    rrfc <- c(sqrt(ms / r), qt(0.975, r - 1) * sqrt(ms / r))
    list(mean = mean(areas[i, ]), rrrc = I(rrrc), frrc = frrc, rrfc = I(rrfc))
  })
  out <- list(own = own)
  if (t == 1) return(out)
  long <- data.frame(area = c(t(areas)), modality = factor(at$modality), reader = factor(at$reader))
  squares <- suppressWarnings(anova(lm(area ~ modality + reader, data = long)))[["Mean Sq"]]
  squares <- clean(squares)
  MST <- squares[1]; MSR <- squares[2]; MSTR <- squares[3]
  error <- MSTR + max(r * (Cov2 - Cov3), 0)
  ddf <- error^2 / (MSTR^2 / ((t - 1) * (r - 1)))
  fixed_error <- Var - Cov1 + (r - 1) * max(Cov2 - Cov3, 0)
  c(out, list(components = I(clean(c(Var, Cov1, Cov2, Cov3, MST, MSR, MSTR))),
              rrrc = I(c(MST / error, ddf, pf(MST / error, t - 1, ddf, lower.tail = FALSE),
                         qt(0.975, ddf) * sqrt(2 / r * error))),
              frrc = I(c(MST / fixed_error, pchisq((t - 1) * MST / fixed_error, t - 1, lower.tail = FALSE),
                         qnorm(0.975) * sqrt(2 / r * fixed_error))),
              rrfc = I(c(MST / MSTR, pf(MST / MSTR, t - 1, (t - 1) * (r - 1), lower.tail = FALSE),
                         qt(0.975, (t - 1) * (r - 1)) * sqrt(2 / r * MSTR)))))
}

one_set <- function(name, t, r, n_sick, n_well, digits, spread) {
  n <- n_sick + n_well
  sick <- rep(c(TRUE, FALSE), c(n_sick, n_well))
  case <- rnorm(n)
  ratings <- sapply(seq_len(t * r), function(k)
    round(sick * (0.8 + spread * rnorm(1)) + 0.7 * case + rnorm(n, 0, 0.7), digits))
  areas <- t(matrix(apply(ratings, 2, area, sick = sick), r, t))
  list(name = name, t = t, r = r, sick = I(as.integer(sick)), ratings = I(c(ratings)), areas = I(c(t(areas))),
       delong = analyse(areas, delong(ratings, sick)), jackknife = analyse(areas, jackknife(ratings, sick)))
}

set.seed(20261124)
sets <- list()
for (i in 1:200) {
  sets[[i]] <- one_set(paste("random", i), sample(1:3, 1, prob = c(2, 4, 2)), sample(2:4, 1), sample(4:9, 1),
                       sample(4:10, 1), sample(0:2, 1), runif(1, 0, 0.5))
}
sets[[201]] <- one_set("five readers, 45 and 69", 2, 5, 45, 69, 0, 0.3)

writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(pROC = as.character(packageVersion("pROC"))), command = command, sets = sets),
                  auto_unbox = TRUE, digits = NA, na = "null"))
