"""What do several lesions of one subject say? The sample is of subjects, not of lesions."""

from adcurate.statistics.clusters.accuracy import (
    ClusteredAccuracy,
    ClusteredProportion,
    estimate_clustered_accuracy,
    estimate_clustered_proportion,
)
from adcurate.statistics.clusters.auc import (
    ClusteredAuc,
    ClusteredAucDifference,
    compare_clustered_aucs,
    estimate_clustered_auc,
)
from adcurate.statistics.clusters.bootstrap import (
    bootstrap_clustered_accuracy,
    bootstrap_clustered_auc,
    bootstrap_clustered_difference,
    bootstrap_clustered_spearman,
    bootstrap_clustered_youden,
)
from adcurate.statistics.clusters.draws import ClusterBootstrap, Resampling
from adcurate.statistics.clusters.icc import SubjectIcc, estimate_subject_icc
from adcurate.statistics.clusters.subjects import choose_one_lesion

__all__ = [
    "ClusterBootstrap",
    "ClusteredAccuracy",
    "ClusteredAuc",
    "ClusteredAucDifference",
    "ClusteredProportion",
    "Resampling",
    "SubjectIcc",
    "bootstrap_clustered_accuracy",
    "bootstrap_clustered_auc",
    "bootstrap_clustered_difference",
    "bootstrap_clustered_spearman",
    "bootstrap_clustered_youden",
    "choose_one_lesion",
    "compare_clustered_aucs",
    "estimate_clustered_accuracy",
    "estimate_clustered_auc",
    "estimate_clustered_proportion",
    "estimate_subject_icc",
]
