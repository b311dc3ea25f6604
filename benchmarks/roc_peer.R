# pROC for benchmarks/roc.py: one process that stays, told what to time by lines on standard input.
#
#   load FILE           a CSV with marker and positive (0/1); low values are positive
#   delong CALLS        roc() and ci.auc(method = "delong"), CALLS times: seconds a call, area, limits
#   youden REPLICATES   ci.coords(best, youden) with so many stratified resamples: seconds a replicate
#   quit
#
# The clock runs in here: neither R's start nor reading the file is counted.
suppressMessages(library(pROC))

cases <- NULL
curve <- function() {
  roc(cases$positive, cases$marker, levels = c(0, 1), direction = ">", quiet = TRUE)
}
seconds <- function(work) {
  start <- as.numeric(Sys.time())
  work()
  as.numeric(Sys.time()) - start
}
reply <- function(...) {
  cat(sprintf("%.17g", c(...)), "\n")
  flush(stdout())
}

cat("R", paste(R.version$major, R.version$minor, sep = "."), "pROC", as.character(packageVersion("pROC")), "\n")
flush(stdout())
input <- file("stdin", open = "r")
repeat {
  words <- strsplit(readLines(input, n = 1), " ", fixed = TRUE)[[1]]
  if (length(words) == 0 || words[1] == "quit") break
  if (words[1] == "load") {
    cases <- read.csv(words[2])
    reply(nrow(cases))
  } else if (words[1] == "delong") {
    calls <- as.integer(words[2])
    found <- NULL
    took <- seconds(function() for (i in seq_len(calls)) found <<- ci.auc(curve(), method = "delong"))
    reply(took / calls, found[2], found[1], found[3])
  } else if (words[1] == "youden") {
    replicates <- as.integer(words[2])
    ready <- curve()
    took <- seconds(function() {
      suppressWarnings(ci.coords(ready, x = "best", best.method = "youden", ret = "threshold",
                                 best.policy = "random", boot.n = replicates, progress = "none"))
    })
    reply(took / replicates)
  }
}
