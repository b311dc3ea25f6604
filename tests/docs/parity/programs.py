"""Which option gives the number of which program; a dash is no claim."""

from __future__ import annotations

from typing import Final

Choice = tuple[str, str, str, str]

CHOICES: Final[tuple[Choice, ...]] = (
    ("median, quartiles, IQR", "`kind=6`", "`kind=5`", "`kind=7`"),
    (
        "Mann-Whitney",
        "asymptotic significance: `asymptotic`; Exact Tests: `exact`",
        "—",
        "`wilcox.test`: `exact` below 50 without ties, else `asymptotic-continuity`; `correct = FALSE`: "
        "`asymptotic`; coin: `exact`",
    ),
    ("pairs of groups (Dunn)", "`bonferroni`; unadjusted: `none`", "—", "`holm`"),
    ("Jonckheere-Terpstra", "`asymptotic`; Exact Tests: `exact`", "—", "`asymptotic`"),
    ("several tests", "`bonferroni`", "—", "`p.adjust`: by the same names"),
    (
        "interval of Spearman's rho",
        "27 and later: `fisher-z-1.06`, `bonett-wright`",
        "—",
        "`boot.ci`: `percentile-bootstrap`, `bca-bootstrap`; DescTools: `fisher-z`",
    ),
    (
        "Kendall's tau",
        "`asymptotic`",
        "—",
        "`cor.test`: `exact` below 50 without ties, else `asymptotic`; `continuity = TRUE`: "
        "`asymptotic-continuity`",
    ),
    (
        "interval of the area",
        "has another standard error: not offered",
        "binomial exact: `exact-binomial`; DeLong's error: `delong`",
        'pROC `ci.auc`: `delong`; `method = "bootstrap"`: `percentile-bootstrap`',
    ),
    ("two areas, same cases", "—", "DeLong: `delong`", "pROC `roc.test`: `delong`, `bootstrap`"),
    (
        "two areas, separate groups",
        "—",
        '`reference="normal"`',
        '`roc.test(paired = FALSE)`: `reference="t"`',
    ),
    (
        "cut-off",
        "lists midpoints: `.midpoints()`",
        "greatest J, observed values: `youden`",
        "cutpointr: `youden`; pROC: `youden`, `closest-corner`, read as midpoints",
    ),
    (
        "interval of a share",
        "27 and later: `clopper-pearson`, `wilson` by name",
        "`clopper-pearson`",
        "`binom.test`: `clopper-pearson`; `prop.test(correct = FALSE)`: `wilson`",
    ),
    ("predictive values at a prevalence", "—", "`logit-delta`", "—"),
    (
        "intraclass correlation",
        "one-way random: `1,1`, `1,k`; two-way, absolute agreement: `2,1`, `2,k`; consistency: `3,1`, `3,k`",
        "the same forms by the same words",
        "psych `ICC(lmer = FALSE)`: all six",
    ),
    (
        "interval of limits of agreement",
        "has none",
        "—",
        "no default; by paper: `approximate-1986`, `approximate-1999`, `exact`",
    ),
    ("kappa", '`weights="none"`', "`none`, `linear`, `quadratic`", "vcd `Kappa`, psych: all three"),
    (
        "logistic regression",
        '`penalty="none"`, `interval="wald"`',
        '`penalty="none"`, `interval="wald"`',
        "`glm`: `none`; `confint`: `profile`; brglm2, logistf: `firth`",
    ),
    ("ordinal regression", "PLUM: `wald`", "—", "`clm`, `polr`: `wald`; `confint`: `profile`"),
    (
        "mixed model",
        "MIXED, Satterthwaite: `reml`",
        "—",
        "lmerTest: `reml`; `lmer(REML = FALSE)`: `ml`",
    ),
    (
        "studies pooled",
        "the estimators by name",
        "random effects: `dersimonian-laird` with `normal`; fixed: `fixed`",
        'metafor `rma`: `reml` with `normal`; `test = "knha"`: `knapp-hartung`',
    ),
    ("bootstrap limits", "—", "—", '`boot.ci`: `bias="strictly-below"`, `quantile="normal-scale"`'),
    (
        "size for an area",
        "—",
        '`variance="hanley-mcneil"`',
        'pROC `power.roc.test`: `variance="obuchowski"`, two areas `"obuchowski-proc"`',
    ),
    ("size for limits of agreement", "—", "Lu et al. 2016: `lu`", "SimplyAgree: `lu`"),
)

BOOTSTRAPS: Final[tuple[Choice, ...]] = (
    ("limit between two replicates", "normal scale, at (R + 1)p", "the same", "linear"),
    ("BCa: a replicate equal to the estimate", "half below", "not below", "half below"),
    (
        "BCa: acceleration",
        "leave one out, centred on its mean",
        "the user's influence values",
        "leave one out",
    ),
    ("an undefined replicate", "left out and counted", "stops", "stops, or NaN"),
)
