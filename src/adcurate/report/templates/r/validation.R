# ---- What is left of a chosen cut-off in new patients ----

# A mean over replicates, and how far that of another bootstrap may lie from it.
mean_of_replicates <- function(values) {
  monte_carlo(mean(values), 4 * sqrt(2) * sd(values) / sqrt(length(values)))
}
# A share of replicates.
share_of_replicates <- function(share, n) monte_carlo(share, max(abs(reach_of_share(share, n) - share)))
# A function of a number that has a half-width.
moved_by <- function(number, f) {
  width <- attr(number, "half_width")
  if (is.null(width)) return(f(number))
  at <- as.numeric(number)
  monte_carlo(f(at), max(abs(c(f(at - width), f(at + width)) - f(at))))
}

# The cut-off chosen from columns of counts: the place of the first maximum of J (or the last, for the most
# sensitive of equals).
chosen_places <- function(positives, negatives, ties) {
  max.col(t(youden_scores(positives, negatives)), ties.method = if (ties == "most-specific") "first" else "last")
}

# Sensitivity and specificity of the rule at a place, for every column of counts.
rule_at <- function(positives, negatives, places) {
  at <- cbind(places, seq_along(places))
  list(
    sensitivity = running_sums(positives)[at] / colSums(positives),
    specificity = 1 - running_sums(negatives)[at] / colSums(negatives)
  )
}

# The sample's choice of a cut-off, and the same choice in resamples: what it does in the resample, in the sample,
# and to the cases that were not drawn.
repeat_youden <- function(marker, positive, direction, ties, resampling, n_resamples) {
  counts <- count_by_value(marker, positive, direction)
  n_values <- length(counts$values)
  by_value <- function(drawn) lapply(list(positives = positive, negatives = !positive), function(side) {
    found <- matrix(0, n_values, ncol(drawn))
    sums <- rowsum(drawn[side, , drop = FALSE], counts$level[side])
    found[as.integer(rownames(sums)), ] <- sums
    found
  })
  n <- length(marker)
  drawn <- matrix(0, n, n_resamples)
  if (resampling == "stratified") {
    drawn[positive, ] <- draw_counts(sum(positive), n_resamples)
    drawn[!positive, ] <- draw_counts(sum(!positive), n_resamples)
  } else {
    drawn <- draw_counts(n, n_resamples)
  }
  kept <- colSums(drawn[positive, , drop = FALSE]) > 0 & colSums(drawn[!positive, , drop = FALSE]) > 0
  drawn <- drawn[, kept, drop = FALSE]
  resampled <- by_value(drawn)
  places <- chosen_places(resampled$positives, resampled$negatives, ties)
  own <- list(positives = matrix(counts$positives), negatives = matrix(counts$negatives))
  place <- chosen_places(own$positives, own$negatives, ties)
  everywhere <- rule_at(own$positives[, rep(1, n_values), drop = FALSE], own$negatives[, rep(1, n_values), drop = FALSE], seq_len(n_values))
  called <- outer(counts$level, places, "<=")
  one_class <- if (resampling == "stratified") 0 else mean(positive)^n + mean(!positive)^n
  list(
    counts = counts, positive = positive, direction = direction, place = place, places = places,
    apparent = rule_at(own$positives, own$negatives, place), rules = everywhere,
    inside = rule_at(resampled$positives, resampled$negatives, places),
    outside = lapply(everywhere, function(values) values[places]),
    out = drawn == 0, wrong = drawn == 0 & called != positive,
    n_undefined = monte_carlo_count(n_resamples - sum(kept), n_resamples, one_class),
    n_used = monte_carlo(sum(kept), 4 * sqrt(2 * n_resamples * one_class) + 2),
    auc = roc_area(marker, positive, direction)$auc
  )
}

with_j <- function(shares) c(shares, list(j = shares$sensitivity + shares$specificity - 1))

corrected_as <- function(apparent, corrected, r) {
  list(
    apparent = apparent, corrected = corrected, optimism = moved_by(corrected, function(value) apparent - value),
    n_used = r$n_used, n_undefined = r$n_undefined
  )
}

# Optimism bootstrap; .632 and .632+ with each quantity's own rate of overfitting.
bootstrap_validation <- function(r) {
  apparent <- with_j(r$apparent)
  inside <- with_j(r$inside)
  outside <- with_j(r$outside)
  # For each case, the share of the replicates not holding it that call it wrongly.
  held_out <- rowMeans(r$out)
  rate <- rowMeans(r$wrong) / held_out
  influence <- (r$wrong - rate * r$out) / held_out
  seen <- held_out > 0
  out_of_bag <- function(side) {
    side <- side & seen
    list(value = 1 - mean(rate[side]), moves = colMeans(influence[side, , drop = FALSE]))
  }
  of <- list(sensitivity = out_of_bag(r$positive), specificity = out_of_bag(!r$positive))
  of$j <- list(value = of$sensitivity$value + of$specificity$value - 1, moves = of$sensitivity$moves + of$specificity$moves)
  bag <- lapply(of, function(one) {
    monte_carlo(one$value, 4 * sqrt(2) * sd(one$moves) / sqrt(length(one$moves)))
  })
  called <- mean(r$counts$level <= r$place)
  no_information <- list(auc = 0.5, sensitivity = called, specificity = 1 - called, j = 0)
  fitted <- list(corrected_as(r$auc, r$auc, r))
  overfitting <- list(auc = 0)
  for (quantity in names(apparent)) {
    value <- apparent[[quantity]]
    scale <- if (quantity == "j") 2 else 1
    error_in <- (1 - value) / scale
    error_none <- (1 - no_information[[quantity]]) / scale
    overfit <- function(bag) {
      capped <- min((1 - bag) / scale, error_none)
      if (isTRUE(capped > error_in)) (capped - error_in) / (error_none - error_in) else 0
    }
    plus <- function(bag) {
      capped <- min((1 - bag) / scale, error_none)
      weight <- 0.632 / (1 - 0.368 * overfit(bag))
      1 - scale * ((1 - weight) * error_in + weight * capped)
    }
    optimism <- mean_of_replicates(inside[[quantity]] - outside[[quantity]])
    overfitting[[quantity]] <- moved_by(bag[[quantity]], overfit)
    fitted <- c(fitted, list(
      corrected_as(value, moved_by(optimism, function(o) value - o), r),
      corrected_as(value, moved_by(bag[[quantity]], function(b) 1 - scale * (0.368 * error_in + 0.632 * (1 - b) / scale)), r),
      corrected_as(value, moved_by(bag[[quantity]], plus), r)
    ))
  }
  list(
    cutoff = r$counts$values[r$place], corrections = fitted, out_of_bag = c(list(auc = r$auc), bag),
    no_information = no_information, overfitting = overfitting, n_positive = sum(r$positive),
    n_negative = sum(!r$positive), n_undefined = r$n_undefined
  )
}

# Which cut-offs would other samples have chosen, and whose call would have changed? Riley and Collins 2023.
cutoff_stability <- function(r, level) {
  n <- length(r$places)
  n_values <- length(r$counts$values)
  times <- tabulate(r$places, n_values)
  share <- times / n
  called <- rev(cumsum(rev(times))) / n
  instability <- ifelse(seq_len(n_values) <= r$place, 1 - called, called)
  everyone <- r$counts$positives + r$counts$negatives
  order <- order(-times, abs(seq_len(n_values) - r$place), seq_len(n_values))
  held <- cumsum(times[order])
  needed <- which(held >= level * n * (1 - 1e-12))[1]
  covering <- sum(share[order[seq_len(needed)]])
  each <- sapply(r$places, function(place) {
    sum(everyone[(seq_len(n_values) <= place) != (seq_len(n_values) <= r$place)]) / sum(everyone)
  })
  up <- order(r$counts$values)
  shares <- function(values) lapply(values[up], share_of_replicates, n = n)
  list(
    values = as.list(r$counts$values[up]), positives = as.list(r$counts$positives[up]), negatives = as.list(r$counts$negatives[up]),
    share = shares(share), sensitivity = as.list(r$rules$sensitivity[up]), specificity = as.list(r$rules$specificity[up]),
    instability = shares(instability), mean_instability = mean_of_replicates(each), cutoff = r$counts$values[r$place],
    cutoff_share = share_of_replicates(share[r$place], n),
    # One value more or less in the set moves its share by no more than that of the likeliest.
    covering_share = monte_carlo(covering, max(abs(reach_of_share(covering, n) - covering)) + max(share)),
    reversed_share = 0, n_undefined = r$n_undefined
  )
}

# Each case called by a cut-off that the other cases chose.
leave_one_out <- function(marker, positive, direction, ties) {
  counts <- count_by_value(marker, positive, direction)
  n <- length(marker)
  positives <- matrix(counts$positives, length(counts$values), n)
  negatives <- matrix(counts$negatives, length(counts$values), n)
  at <- cbind(counts$level, seq_len(n))
  positives[at] <- positives[at] - positive
  negatives[at] <- negatives[at] - !positive
  places <- chosen_places(positives, negatives, ties)
  right <- (counts$level <= places) == positive
  own <- list(matrix(counts$positives), matrix(counts$negatives))
  apparent <- with_j(rule_at(own[[1]], own[[2]], chosen_places(own[[1]], own[[2]], ties)))
  found <- with_j(list(sensitivity = mean(right[positive]), specificity = mean(right[!positive])))
  auc <- roc_area(marker, positive, direction)$auc
  used <- list(sensitivity = sum(positive), specificity = sum(!positive), j = n)
  corrections <- lapply(names(found), function(name) list(
    apparent = apparent[[name]], corrected = found[[name]], optimism = apparent[[name]] - found[[name]],
    n_used = used[[name]], n_undefined = 0
  ))
  nothing <- list(apparent = auc, corrected = auc, optimism = 0, n_used = sum(positive) * sum(!positive), n_undefined = 0)
  times <- table(counts$values[places])
  list(
    corrections = c(list(nothing), corrections), true_positives = sum(right & positive),
    true_negatives = sum(right & !positive), n_positive = sum(positive), n_negative = sum(!positive),
    cutoffs = as.list(sort(unique(counts$values[places]))), times = as.list(as.numeric(times))
  )
}

# The cut-off chosen on all folds but one calls the cases of that one; folds are dealt out within classes.
cross_validation <- function(marker, positive, direction, ties, n_folds, n_repeats) {
  counts <- count_by_value(marker, positive, direction)
  n_values <- length(counts$values)
  deal <- function(size, start) (seq_len(size) - 1 + start) %% n_folds
  one <- function() {
    fold <- numeric(length(marker))
    fold[positive] <- sample(deal(sum(positive), 0))[seq_len(sum(positive))]
    fold[!positive] <- sample(deal(sum(!positive), sum(positive) %% n_folds))[seq_len(sum(!positive))]
    by_fold <- function(side) sapply(seq_len(n_folds) - 1, function(f) tabulate(counts$level[side & fold != f], n_values))
    places <- chosen_places(by_fold(positive), by_fold(!positive), ties)
    right <- (counts$level <= places[fold + 1]) == positive
    c(sensitivity = mean(right[positive]), specificity = mean(right[!positive]))
  }
  repeats <- replicate(n_repeats, one())
  found <- with_j(list(sensitivity = repeats[1, ], specificity = repeats[2, ]))
  own <- list(matrix(counts$positives), matrix(counts$negatives))
  apparent <- with_j(rule_at(own[[1]], own[[2]], chosen_places(own[[1]], own[[2]], ties)))
  auc <- roc_area(marker, positive, direction)$auc
  corrections <- lapply(names(found), function(name) {
    values <- found[[name]]
    mean <- mean_of_replicates(values)
    end <- function(share) limit(values, share)
    spread <- if (sd(values) > 0) sd_of_replicates(values) else 0
    list(
      apparent = apparent[[name]], corrected = mean, optimism = moved_by(mean, function(m) apparent[[name]] - m),
      n_used = n_repeats, n_undefined = 0, sd = spread, least = end(0), greatest = end(1)
    )
  })
  nothing <- list(apparent = auc, corrected = auc, optimism = 0, n_used = n_repeats, n_undefined = 0)
  list(
    corrections = c(list(nothing), corrections), n_folds = n_folds, n_repeats = n_repeats, n_positive = sum(positive),
    n_negative = sum(!positive)
  )
}
