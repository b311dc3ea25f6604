# ComBat by sva, for tests/statistics/scanners/test_combat.py.
# From the repository root: Rscript tests/oracles/combat.R > tests/oracles/combat.json
suppressMessages({ library(sva); library(jsonlite) })
command <- "Rscript tests/oracles/combat.R > tests/oracles/combat.json"
# sva ends its iteration at a relative change of 1e-4, and gives it no argument; "tight" is the same program
# with 1e-14 in its place, "default" is as shipped.
shipped <- sva:::it.sol
tight <- shipped
formals(tight)$conv <- 1e-14
harmonized <- function(features, batch, mod, mean_only, how) {
  assignInNamespace("it.sol", how, "sva")
  on.exit(assignInNamespace("it.sol", shipped, "sva"))
  capture.output(values <- suppressMessages(  # ComBat speaks on stdout
    ComBat(t(features), batch, mod = mod, par.prior = TRUE, mean.only = mean_only)))
  t(values)
}
set.seed(20201108)
one <- function(n, n_features, n_batches, with_mod, mean_only, single = FALSE) {
  batch <- rep(LETTERS[seq_len(n_batches)], length.out = n)
  if (single) batch <- c(batch[-n], "Z")
  k <- match(batch, sort(unique(batch)))
  group <- runif(n) < 0.4
  features <- sapply(seq_len(n_features), function(j) {
    round(1 + j / 5 - 0.3 * group + rnorm(10)[k] * 0.2 + rnorm(n) * c(0.2, 0.3, 0.15, 0.25, 0.2)[k], 3)
  })
  mod <- if (with_mod) model.matrix(~ group) else NULL
  list(features = features, batch = I(batch), group = I(group), with_mod = with_mod, mean_only = mean_only,
       tight = harmonized(features, batch, mod, mean_only, tight),
       default = harmonized(features, batch, mod, mean_only, shipped))
}
sets <- list()
for (with_mod in c(FALSE, TRUE)) for (mean_only in c(FALSE, TRUE)) for (n_batches in 2:4) for (n_features in c(3, 6, 20)) {
  sets[[length(sets) + 1]] <- one(24, n_features, n_batches, with_mod, mean_only)
}
sets[[length(sets) + 1]] <- one(21, 6, 3, TRUE, FALSE, single = TRUE)
flat <- one(16, 6, 2, TRUE, FALSE)
flat$features[flat$batch == "A", 2] <- 0.5
mod <- model.matrix(~ flat$group)
flat$tight <- harmonized(flat$features, flat$batch, mod, FALSE, tight)
flat$default <- harmonized(flat$features, flat$batch, mod, FALSE, shipped)
sets[[length(sets) + 1]] <- flat
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = list(sva = as.character(packageVersion("sva"))), command = command, sets = sets),
                  auto_unbox = TRUE, digits = I(15), na = "string"))
