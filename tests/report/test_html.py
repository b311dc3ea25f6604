"""The report's page: complete, self-contained, and every number with a way back."""

import html
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from adcurate.errors import ReportError
from adcurate.findings import Finding
from adcurate.model.analysis import MarkerValue
from adcurate.model.cohort import ReproducedNumber
from adcurate.model.protocol import Analysis
from adcurate.report.catalogue import make_figures
from adcurate.report.figures.save import encode_figure
from adcurate.report.study_report import render_report
from adcurate.report.svg import inline_svg
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """Ids, links, tags and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.hrefs.append(found["href"])

    def handle_data(self, content):
        self.text += content


@pytest.fixture(scope="module")
def figures(results):
    return {
        name: encode_figure(figure, ("svg",))["svg"].decode()
        for name, figure in make_figures(results).items()
    }


@pytest.fixture(scope="module")
def source(results, figures):
    return render_report(results, figures)


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_every_link_has_a_target_and_every_id_is_unique(page):
    assert len(page.ids) == len(set(page.ids))
    assert [href for href in page.hrefs if not href.startswith(("#", "data:image/png;base64,"))] == []
    assert {href[1:] for href in page.hrefs if href.startswith("#")} <= set(page.ids)


def test_the_page_loads_nothing_and_runs_nothing(source, page):
    assert (
        re.findall(r"https?:|//[a-z]|@import|javascript:", re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", source))
        == []
    )
    assert not {"script", "iframe", "object", "embed", "link", "base"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize(
    "shown",
    [
        "0.871",
        "0.741 to 0.951",
        "0.957",
        "0.378",
        "40.91",
        "65.79",
        "58.33",
        "94.29",
        "77.78",
        "86.84",
        "1.181 ± 0.311",
        "1.142",
        "0.347",
        "0.058",
        "0.117",
        "0.110",
        "0.089",
        "−0.606",
        "−0.581",
        "0.6579",
        "0.6462",
        "10 (47.6 %)",
        "59.77",
        "66.88",
        "Research use only, not a medical device",
        "A made-up cohort: invented numbers, not patients.",
    ],
)
def test_the_numbers_of_the_paper_stand_in_the_report(page, shown):
    assert shown in page.text


def test_the_summary_answers_in_three_sentences(page):
    assert (
        "Among 47 lesions, 9 of them high grade, high grade lesions had a lower median avgADC "
        "(0.767 against 1.021 × 10⁻³ mm²/s; p < 0.001) and a lower median minADC "
        "(0.324 against 0.739 × 10⁻³ mm²/s; p < 0.001) than low grade lesions."
    ) in page.text
    assert "The rank correlation with grade was −0.606" in page.text
    assert (
        "avgADC ≤ 0.957 × 10⁻³ mm²/s with a sensitivity of 100 % (9 of 9; 95 % CI 66 to 100 %) and a "
        "specificity of 65.8 % (25 of 38; 95 % CI 48.6 to 80.4 %)"
    ) in page.text


def test_accuracy_is_not_carried_to_another_prevalence(source):
    row = re.search(r"Accuracy \(%\)</th>(.*?)</tr>", source)[1]
    assert re.findall(r">([^<]*)</td>", row) == ["72.34 (57.36 to 84.38)", "–"]


def test_each_measurement_has_an_anchor_with_object_slice_and_contour(results, source):
    for measurement in (results.measurements[0], results.measurements[-1]):
        row = re.search(rf'<tr id="m-{measurement.measurement_id[:12]}">(.*?)</tr>', source, re.DOTALL)
        assert row is not None
        for part in (measurement.sop_instance_uid, measurement.contour_digest, measurement.map_id):
            assert part in row[1]


def test_group_values_lead_to_their_values_and_those_to_their_measurements(results, source):
    table = re.search(r'id="table-groups">(.*?)</figure>', source, re.DOTALL)[1]
    assert '<a href="#values-grade-g3">0.764 ± 0.154</a>' in table
    listing = re.search(r'id="table-values">(.*?)</figure>', source, re.DOTALL)[1]
    member = next(m for m in results.members if m.subject == "NET019")
    anchor = member.measurements["scanner"].measurement_id[:12]
    assert f'<a href="#m-{anchor}">0.957</a>' in listing
    assert listing.index('id="values-grade-g3"') < listing.index(f'"#m-{anchor}"')


def test_the_two_by_two_table_names_its_misclassified_subjects(results, source):
    found = re.search(r'id="two-by-two-minadc">(.*?)</figure>', source, re.DOTALL)[1]
    missed = re.search(r"False negative: (.*?)</p>", found)[1]
    assert re.findall(r"NET\d+", missed) == ["NET023", "NET026"]
    wrongly = re.search(r"False positive: (.*?)</p>", found)[1]
    assert len(re.findall(r">NET\d+<", wrongly)) == results.of_record[1].at_cutoff.table.fp == 5


def test_the_same_results_give_the_same_page(results, figures, source):
    assert render_report(results, figures) == source


def test_hostile_text_is_shown_and_never_run(results):
    member = results.members[0]
    hostile = replace(
        results,
        protocol=replace(
            results.protocol,
            title=HOSTILE,
            outcome=replace(results.protocol.outcome, positive_label=HOSTILE, negative_label=HOSTILE + "2"),
        ),
        statement=HOSTILE,
        members=(
            replace(
                member,
                row=replace(member.row, primary_site=HOSTILE, lesion_site=HOSTILE, ki67=HOSTILE),
                scanner=replace(member.scanner, vendor=HOSTILE, model=HOSTILE),
            ),
            *results.members[1:],
        ),
        findings=(Finding("x.y", HOSTILE, "serious", {HOSTILE: HOSTILE}),),
        reconstruction=(ReproducedNumber(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        digests={HOSTILE: HOSTILE},
        software={HOSTILE: HOSTILE, "adcurate": HOSTILE},
        measurements=(
            replace(
                results.measurements[0], sop_instance_uid=HOSTILE, contour_digest=HOSTILE, lesion=HOSTILE
            ),
        ),
    )
    figures = {
        name: encode_figure(figure, ("svg",))["svg"].decode()
        for name, figure in make_figures(hostile).items()
    }
    source = render_report(hostile, figures)
    page = Page(source)
    assert {"script", "img"} & {tag for tag, _ in page.tags} == set()
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert source.count(html.escape(HOSTILE).replace("&quot;", "&#34;")) > 10


@pytest.mark.parametrize(
    "poison",
    [
        "<script>1</script>",
        '<rect onclick="x()"/>',
        '<a xlink:href="https://example.org"/>',
        '<image href="file:///etc/passwd"/>',
        "<style>@import 'x'</style>",
        '<rect style="fill: url(http://x)"/>',
        "<foreignObject/>",
        '<a href="javascript:x"/>',
    ],
)
def test_an_svg_that_could_run_or_load_something_is_refused(poison):
    with pytest.raises(ReportError) as refused:
        inline_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{poison}</svg>', "roc", "ROC")
    assert refused.value.code == "report.figure"


def test_a_finding_of_an_analysis_stands_once_and_names_its_marker(results, figures):
    own = results.of_record[0].findings
    assert own
    source = render_report(replace(results, findings=(*results.findings, *own)), figures)
    section = re.search(r'<section id="findings".*?</section>', source, re.DOTALL)[0]
    assert section.count(own[0].sentence) == 1
    assert f"avgADC: {own[0].sentence}" in section


def test_ids_of_a_figure_get_its_name(figures):
    inline = inline_svg(figures["roc"], "fig-roc", 'A "title"')
    assert all(found.startswith("fig-roc-") for found in re.findall(r'\bid="([^"]+)"', inline))
    assert all(found.startswith("fig-roc-") for found in re.findall(r"url\(#([^)]+)\)", inline))
    assert 'aria-label="A &#34;title&#34;"' in inline


def test_a_study_with_two_classes_only_one_marker_and_nothing_beside_it_has_a_report(results):
    values = [
        MarkerValue(v.subject, v.value, "all", v.positive, v.measurement_id)
        for v in results.of_record[0].values
    ]
    question = MarkerQuestion(
        "avgADC",
        "low",
        "high grade",
        "low grade",
        ("all",),
        Analysis(bootstrap_resamples=200),
        1e-6,
        "scanner",
    )
    analysis = analyze_marker(question, values)
    assert analysis.kruskal_wallis is None and analysis.spearman is None
    bare = replace(
        results,
        analyses={"scanner": (analysis,)},
        comparisons=(),
        published=(),
        panels=(),
        reconstruction=(),
        findings=(),
        statement="",
        members=tuple(replace(member, unit=None) for member in results.members),
    )
    figures = make_figures(bare)
    assert set(figures) == {"participant-flow", "box-plot", "grade-scatter", "roc"}
    page = Page(render_report(bare, {}))
    assert "no rank correlation" in page.text
    assert {href[1:] for href in page.hrefs} <= set(page.ids)
    assert not {"published", "maps", "regions", "reconstruction"} & set(page.ids)


def test_a_study_without_any_analysis_still_has_a_report(results):
    empty = replace(
        results,
        analyses={},
        comparisons=(),
        published=(),
        panels=(),
        members=(),
        measurements=(),
        reconstruction=(),
    )
    figures = {
        name: encode_figure(figure, ("svg",))["svg"].decode() for name, figure in make_figures(empty).items()
    }
    page = Page(render_report(empty, figures))
    assert "Nothing was analysed." in page.text
    assert {href[1:] for href in page.hrefs if href.startswith("#")} <= set(page.ids)


def test_values_that_are_not_numbers_are_dashes(results):
    broken = replace(
        results.measurements[0],
        values={"mean": math.nan, "minimum": None, "n_voxels": math.inf},
        details={},
    )
    unknown = replace(results, measurements=(broken, *results.measurements[1:]))
    source = render_report(unknown, {})
    row = re.search(rf'<tr id="m-{broken.measurement_id[:12]}">(.*?)</tr>', source, re.DOTALL)[1]
    assert re.findall(r'<td class="r">(.*?)</td>', row)[:4] == ["–", "–", "–", "∞"]
    assert "nan" not in Page(source).text.lower().replace("nano", "")


def test_two_measurements_whose_ids_begin_alike_have_anchors_of_their_own(results):
    first, second, *others = results.measurements
    twins = replace(
        results,
        measurements=(first, replace(second, measurement_id=first.measurement_id[:12] + "0"), *others),
    )
    ids = Page(render_report(twins, {})).ids
    assert f"m-{first.measurement_id[:12]}-2" in ids
    assert len(ids) == len(set(ids))
