# Scanner effects by lm, survival::concordance, coin, fisher.test, t.test and pROC, for tests/statistics/scanners.
# From the repository root: Rscript tests/oracles/scanners.R > tests/oracles/scanners.json
suppressMessages({ library(survival); library(coin); library(pROC); library(jsonlite) })
command <- "Rscript tests/oracles/scanners.R > tests/oracles/scanners.json"
number <- function(x) if (is.null(x) || length(x) == 0 || is.nan(x) || is.na(x)) "NA" else unname(x)
attempt <- function(expression) tryCatch(suppressWarnings(expression), error = function(e) NULL)

nested <- function(smaller, larger) {
  table <- attempt(anova(smaller, larger))
  if (is.null(table) || is.na(table$Df[2]) || table$Df[2] == 0 || larger$df.residual < 1) return("NA")
  list(f = table$F[2], df = table$Df[2], df_residual = table$Res.Df[2], p = table[["Pr(>F)"]][2],
       lr = as.vector(2 * (logLik(larger) - logLik(smaller))), explained = 1 - table$RSS[2] / table$RSS[1])
}

one <- function(y, x, vendor, field) {
  stratum <- paste(vendor, field, sep = " · ")
  v <- factor(vendor); f <- factor(field); s <- factor(stratum)
  many <- function(k) nlevels(k) > 1
  with_vendor <- if (many(v)) y ~ x + v else y ~ x
  answer <- list()
  if (many(v)) answer$vendor <- nested(lm(y ~ x), lm(y ~ x + v))
  if (many(f) && many(v)) answer$vendor_beside_field <- nested(lm(y ~ x + f), lm(y ~ x + f + v))
  if (many(s)) {
    answer$combined <- nested(lm(y ~ x), lm(y ~ x + s))
    answer$interaction <- nested(lm(y ~ x + s), lm(y ~ x * s))
    both <- summary(lm(y ~ s + x))
    if ("xTRUE" %in% rownames(both$coefficients) && both$df[2] > 0) {
      ends <- confint(lm(y ~ s + x))["xTRUE", ]
      answer$adjusted <- I(c(both$coefficients["xTRUE", ], both$df[2], ends))
    }
  }
  answer$unadjusted <- I(c(summary(lm(y ~ x))$coefficients["xTRUE", ], confint(lm(y ~ x))["xTRUE", ]))
  rows <- lapply(sort(unique(stratum)), function(name) {
    own <- stratum == name; high <- y[own & x]; low <- y[own & !x]; row <- list(name = name)
    test <- if (length(high) > 1 && length(low) > 1) attempt(t.test(high, low)) else NULL
    if (!is.null(test)) row$welch <- I(c(unname(test$estimate[1] - test$estimate[2]), unname(test$parameter),
                                         test$p.value, test$conf.int))
    if (length(high) && length(low)) {
      curve <- roc(as.integer(x[own]), y[own], levels = c(0, 1), direction = ">", quiet = TRUE)
      row$auc <- as.vector(curve$auc)
    }
    row
  })
  both <- names(which(tapply(x, stratum, function(k) any(k) && any(!k))))
  kept <- stratum %in% both
  if (length(both)) {
    # concordance() counts pairs that agree: the outcome against minus the marker, low being positive.
    found <- concordance(as.numeric(x) ~ I(-y) + strata(stratum), subset = kept)
    counts <- if (is.matrix(found$count)) colSums(found$count) else found$count
    answer$within <- list(value = unname(found$concordance), se = sqrt(found$var), pairs = sum(counts[1:3]),
                          tied = unname(counts[["tied.x"]]))
    block <- factor(stratum[kept]); g <- factor(x[kept], levels = c(TRUE, FALSE)); own <- -y[kept]
    ranks <- ave(own, block, FUN = rank); n <- ave(own, block, FUN = length)
    score <- function(values) attempt(independence_test(values ~ g | block, teststat = "scalar"))
    elteren <- score(ranks / (n + 1)); plain <- score(ranks)
    if (!is.null(elteren)) {
      answer$within$van_elteren_z <- number(statistic(elteren)); answer$within$van_elteren_p <- number(pvalue(elteren))
      answer$within$sum_p <- number(pvalue(plain))
    }
  }
  table <- table(stratum, x)
  answer$fisher <- if (nrow(table) > 1) fisher.test(table, workspace = 2e7)$p.value else 1
  answer$cramers_v <- if (nrow(table) > 1) sqrt(unname(suppressWarnings(chisq.test(table, correct = FALSE))$statistic) / length(x)) else "NA"
  list(y = I(y), x = I(x), vendor = I(vendor), field = I(field), rows = rows, answer = answer)
}

draw <- function(n, n_vendors, digits, shift) {
  repeat {
    vendor <- sample(LETTERS[seq_len(n_vendors)], n, replace = TRUE, prob = rev(seq_len(n_vendors)))
    field <- sample(c("1.5", "3"), n, replace = TRUE); x <- runif(n) < 0.4
    y <- round(1.2 - 0.2 * x + shift * match(vendor, LETTERS) + rnorm(n, 0, 0.2), digits)
    if (any(x) && any(!x)) return(list(y = y, x = x, vendor = vendor, field = field))
  }
}
set.seed(20201107)
random <- lapply(1:200, function(i) {
  set <- draw(sample(8:30, 1), sample(1:4, 1), sample(1:3, 1), sample(c(0, 0.1, 0.4), 1))
  one(set$y, set$x, set$vendor, set$field)
})
large <- { set <- draw(150, 4, 2, 0.1); one(set$y, set$x, set$vendor, set$field) }
degenerate <- lapply(1:30, function(i) {
  set <- draw(sample(5:8, 1), 3, 1, 0); one(set$y, set$x, set$vendor, set$field)
})
versions <- sapply(c("survival", "coin", "pROC"), function(p) as.character(packageVersion(p)))
writeLines(toJSON(list(tool = "R", version = paste(R.version$major, R.version$minor, sep = "."),
                       packages = as.list(versions), command = command, random = random, large = large,
                       degenerate = degenerate), auto_unbox = TRUE, digits = I(15), na = "string"))
