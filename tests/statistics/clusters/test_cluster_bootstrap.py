"""Subjects resampled with all their lesions, checked one replicate at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.clusters import (
    Resampling,
    bootstrap_clustered_accuracy,
    bootstrap_clustered_auc,
    bootstrap_clustered_difference,
    bootstrap_clustered_spearman,
    bootstrap_clustered_youden,
)
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_indices,
    percentile_interval,
    stratified_bootstrap_indices,
)
from adcurate.statistics.roc import estimate_auc


def cohort(seed=3, n_subjects=14, mixed=True):
    generator = np.random.default_rng(seed)
    size = generator.integers(1, 4, n_subjects)
    subject = np.repeat(np.arange(n_subjects), size)
    positive = generator.random(subject.size) < 0.4 if mixed else (np.arange(n_subjects) % 2 == 0)[subject]
    marker = np.round(
        generator.normal(size=subject.size) - positive + generator.normal(size=n_subjects)[subject], 1
    )
    return marker, positive, subject


def how(**options):
    return Resampling(np.random.default_rng(7), **{"n_resamples": 300, **options})


def drawn_lesions(subject, rows):
    members = [np.flatnonzero(subject == code) for code in range(subject.max() + 1)]
    return [np.concatenate([members[code] for code in row]) for row in rows]


def strata_of(positive, subject):
    codes = range(subject.max() + 1)
    return np.array([positive[subject == c].any() + 2 * (~positive[subject == c]).any() for c in codes])


def one_by_one(statistic, rows):
    values = []
    for lesions in rows:
        try:
            values.append(statistic(lesions))
        except StatisticsError:
            values.append(np.nan)
    return np.array(values)


def auc_of(marker, positive):
    return lambda i: estimate_auc(marker[i], positive[i], direction="low", interval="none").value


def youden_of(marker, positive):
    def cutoff(i):
        if np.unique(marker[i]).size == 1 and 0 < positive[i].sum() < i.size:
            return marker[i][0]
        return estimate_youden(marker[i], positive[i], direction="low", interval="none").cutoff

    return cutoff


def median_difference_of(marker, positive):
    def difference(i):
        sick, well = marker[i][positive[i]], marker[i][~positive[i]]
        return np.median(sick) - np.median(well) if sick.size and well.size else np.nan

    return difference


STATISTICS = {
    "area": (
        auc_of,
        lambda m, p, s, h, k: bootstrap_clustered_auc(m, p, s, h, direction="low", stratified=k),
    ),
    "cut-off": (
        youden_of,
        lambda m, p, s, h, k: bootstrap_clustered_youden(m, p, s, h, direction="low", stratified=k)[0],
    ),
    "median": (
        median_difference_of,
        lambda m, p, s, h, k: bootstrap_clustered_difference(m, p, s, h, statistic="median", stratified=k),
    ),
}


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("stratified", [True, False])
@pytest.mark.parametrize("mixed", [True, False])
def test_replicates_equal_the_statistic_of_the_drawn_lesions(name, stratified, mixed):
    marker, positive, subject = cohort(mixed=mixed)
    statistic, bootstrap = STATISTICS[name]
    n_subjects, generator = subject.max() + 1, np.random.default_rng(7)
    rows = (
        stratified_bootstrap_indices(strata_of(positive, subject), 300, generator)
        if stratified
        else bootstrap_indices(n_subjects, 300, generator)
    )
    expected = percentile_interval(one_by_one(statistic(marker, positive), drawn_lesions(subject, rows)))
    found = bootstrap(marker, positive, subject, how(), stratified)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (expected.low, expected.high), abs=1e-12
    )
    assert found.interval.method == "cluster-percentile-bootstrap"
    assert found.value == pytest.approx(statistic(marker, positive)(np.arange(marker.size)), abs=1e-12)


def test_bca_leaves_out_each_subject():
    marker, positive, subject = cohort()
    statistic = auc_of(marker, positive)
    rows = stratified_bootstrap_indices(strata_of(positive, subject), 300, np.random.default_rng(7))
    replicates = one_by_one(statistic, drawn_lesions(subject, rows))
    left_out = np.array([statistic(np.flatnonzero(subject != code)) for code in range(subject.max() + 1)])
    expected = bca_interval(statistic(np.arange(marker.size)), replicates, left_out)
    found = bootstrap_clustered_auc(marker, positive, subject, how(interval="bca-bootstrap"), direction="low")
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert found.interval.method == "cluster-bca-bootstrap"


def test_rho_replicates_equal_spearman_of_the_drawn_lesions():
    marker, positive, subject = cohort()
    grade = positive + np.arange(marker.size) % 2

    def rho(i):
        return estimate_spearman(marker[i], grade[i], interval="none").rho

    rows = drawn_lesions(subject, bootstrap_indices(subject.max() + 1, 300, np.random.default_rng(7)))
    expected = percentile_interval(one_by_one(rho, rows))
    found = bootstrap_clustered_spearman(marker, grade, subject, how())
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (expected.low, expected.high), abs=1e-12
    )
    assert found.value == pytest.approx(rho(np.arange(marker.size)), abs=1e-14)
    assert not found.stratified


@pytest.mark.parametrize("direction", ["low", "high"])
def test_sensitivity_and_specificity_replicates_equal_counts(direction):
    marker, positive, subject = cohort()
    called = marker <= -0.4 if direction == "low" else marker >= -0.4
    rows = drawn_lesions(
        subject, stratified_bootstrap_indices(strata_of(positive, subject), 300, np.random.default_rng(7))
    )
    found = bootstrap_clustered_accuracy(marker, positive, subject, how(), cutoff=-0.4, direction=direction)
    for share, right, kept in zip(found, (called, ~called), (positive, ~positive), strict=True):
        expected = percentile_interval(np.array([right[i][kept[i]].mean() for i in rows]))
        assert (share.interval.low, share.interval.high) == pytest.approx(
            (expected.low, expected.high), abs=1e-12
        )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_same_seed_gives_the_same_bits_for_any_order_of_the_rows(seed):
    marker, positive, subject = cohort(seed)
    if positive.all() or not positive.any():
        return
    order = np.random.default_rng(seed).permutation(marker.size)
    for run in (
        lambda m, p, s: bootstrap_clustered_auc(m, p, s, how(), direction="low"),
        lambda m, p, s: bootstrap_clustered_youden(m, p, s, how(), direction="low", stratified=False),
        lambda m, p, s: bootstrap_clustered_difference(m, p, s, how()),
        lambda m, p, s: bootstrap_clustered_spearman(m, p.astype(float), s, how()),
    ):
        assert run(marker, positive, subject) == run(marker[order], positive[order], subject[order])


def test_unstratified_resamples_that_lack_a_class_are_counted():
    found = bootstrap_clustered_auc(
        [1, 2, 3, 4], [True, False, False, False], list("abcd"), how(), direction="low", stratified=False
    )
    assert 60 < found.n_undefined < 130
    assert found.value == 1.0


def test_a_stratum_of_one_subject_is_said():
    found = bootstrap_clustered_auc([1, 2, 3], [True, False, False], list("abc"), how(), direction="low")
    assert [finding.code for finding in found.findings] == ["clusters.lonely-subject"]


def test_subjects_of_one_lesion_resample_as_lesions_do():
    marker, positive, _ = cohort()
    found = bootstrap_clustered_auc(
        marker, positive, np.arange(marker.size), how(n_resamples=20_000), direction="low"
    )
    plain = estimate_auc(
        marker,
        positive,
        direction="low",
        interval="percentile-bootstrap",
        rng=np.random.default_rng(1),
        n_resamples=20_000,
    )
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (plain.interval.low, plain.interval.high), abs=0.02
    )


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (
            lambda: bootstrap_clustered_auc([1, 2], [True, False], "aa", how(), direction="low"),
            "statistics.shape",
        ),
        (
            lambda: bootstrap_clustered_auc([1, 2], [True, False], ["a"] * 2, how(), direction="low"),
            "statistics.too-few",
        ),
        (
            lambda: bootstrap_clustered_auc([1, 2], [True, True], ["a", "b"], how(), direction="low"),
            "statistics.one-class",
        ),
        (
            lambda: bootstrap_clustered_auc(
                [1, 2], [True, False], ["a", "b"], how(interval="normal"), direction="low"
            ),
            "statistics.option",
        ),
        (
            lambda: bootstrap_clustered_youden([1, 1], [True, False], ["a", "b"], how(), direction="low"),
            "statistics.constant",
        ),
        (
            lambda: bootstrap_clustered_spearman([1, 1, 1, 1], [1, 2, 3, 4], list("abcd"), how()),
            "statistics.constant",
        ),
        (
            lambda: bootstrap_clustered_spearman([1, 2, 3], [1, 2, 3], list("abc"), how()),
            "statistics.too-few",
        ),
        (
            lambda: bootstrap_clustered_difference(
                [1, 2], [True, False], ["a", "b"], how(), statistic="mode"
            ),
            "statistics.option",
        ),
        (
            lambda: bootstrap_clustered_auc(
                [1, 2], [True, False], ["a", "b"], Resampling(None), direction="low"
            ),
            "statistics.option",
        ),
    ],
)
def test_a_bootstrap_of_subjects_refuses_what_it_cannot_draw(call, code):
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code
