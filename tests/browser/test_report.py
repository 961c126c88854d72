"""The quality report in a real browser: filters, ways, both languages, no mouse."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datong.quality.finding import Example
from datong.quality.groups import GroupedBy
from datong.quality.handed import Handed, Item, Line, Refused
from datong.quality.judged import Asked, judge_folder
from datong.quality.report import handed_page
from datong.quality.report import page as report
from datong.quality.result import Result
from tests.browser.conftest import shot
from tests.browser.test_pages import PHONE, findings

DARK = {"color_scheme": "dark"}
LOOKS = [{}, DARK, PHONE]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A folder with mistakes at two sites, with source lines as a release has them."""
    folder = tmp_path_factory.mktemp("folder")
    years = [1950] * 37 + [1700] * 3
    people = {"person_id": list(range(40)), "year_of_birth": years}
    pq.write_table(pa.table(people), folder / "person.parquet")
    rows = range(200)
    visits = {
        "visit_occurrence_id": list(rows),
        "person_id": [900 if n % 3 == 0 else n % 37 for n in rows],
        "visit_start_date": [date(2024, 1 + n % 12, 3) for n in rows],
        "visit_source_value": ["门诊  " if n % 20 == 0 else "门诊" for n in rows],
        "data_partner_id": [f"H{n % 2}" for n in rows],
    }
    pq.write_table(pa.table(visits), folder / "visit_occurrence.parquet")
    made = judge_folder(folder, Asked(date(2026, 11, 24), whole=True, by=GroupedBy()))
    lines = (Example("3", "H1/门诊_2024.csv", 4, 3),)
    steps = {"kept": 9, "rejected": 1, "merged": 0, "silent": 0, "framing": 0}
    return replace(
        made,
        stamp={**made.stamp, "release": "2"},
        findings=[replace(f, examples=lines if f.keys else ()) for f in made.findings],
        ledger=[{"step": "land:H1/门诊_2024.csv", "read": 10, **steps}],
    )


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_the_report_can_be_used_by_everybody(page: Any, result: Result) -> None:
    page.set_content(report(result))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    shot(page, f"report-{page.viewport_size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_the_page_for_a_hospital_can_be_used_by_everybody(
    page: Any, result: Result
) -> None:
    one = result.problems[0]
    lines = [Line("门诊_2024.csv", 4 * n, n, "科室编码") for n in range(1, 200)]
    item = Item(
        one.type, one.severity, one.wrong, one.next, ["visit"], 300, lines, 199, 199
    )
    refused = Refused("SOURCE-RAGGED", one.wrong, one.next, 3, "门诊_2024.csv:7")
    handed = Handed(
        "H1",
        "第一医院",
        {"release": "2"},
        "2026-11-24",
        [item],
        [refused],
        result.ledger,
    )
    page.set_content(handed_page(handed, "zh"))
    shot(page, f"handed-{page.viewport_size['width']}")
    assert "第一医院" in page.inner_text("h1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []


def shown(page: Any) -> list[str]:
    """Name the problems that are to be seen, in their order."""
    found: list[str] = page.locator(".problem:visible").evaluate_all(
        "all => all.map(one => one.id.slice(2))"
    )
    return found


def test_problems_are_filtered_and_ordered(page: Any, result: Result) -> None:
    page.set_content(report(result))
    whole = shown(page)
    assert whole == [one.type for one in result.problems]
    page.click("[data-severity=warning]")
    assert set(shown(page)) < set(whole)
    assert "isForeignKey" not in shown(page)
    page.click("[data-severity=warning]")
    page.fill("#find", "门诊 blank_padding")
    assert shown(page) == []
    assert page.locator("#none").is_visible()
    page.fill("#find", "首尾带有空格")
    assert shown(page) == ["blank_padding"]
    page.fill("#find", "")
    page.click("[data-order=rows]")
    rows = {one.type: one.bad for one in result.problems}
    assert [rows[name] for name in shown(page)] == sorted(rows.values(), reverse=True)


def test_a_number_of_the_grid_leads_to_its_problems(page: Any, result: Result) -> None:
    page.set_content(report(result))
    page.locator("#grid [data-jump=person]").first.click()
    named = {one.type for one in result.problems if "person" in str(one.findings)}
    assert shown(page)
    assert set(shown(page)) <= named
    page.locator("#first a").first.click()
    first = result.problems[0].type
    assert page.locator(f"#p-{first}").get_attribute("open") is not None


def test_the_reader_chooses_the_language_and_needs_no_mouse(
    page: Any, result: Result
) -> None:
    page.set_content(report(result))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("html").get_attribute("lang") == "zh"
    assert page.locator("#failed h2").inner_text() == "未通过的检查"
    page.locator(".problem summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".problem[open]").count() == 1
    assert page.locator(".problem[open] code.copy").first.get_attribute("tabindex")


def test_paper_shows_what_the_screen_folds(
    page: Any, result: Result, tmp_path: Path
) -> None:
    page.set_content(report(result))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".problem:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".problem[open]").count() == 0
    page.pdf(path=tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
