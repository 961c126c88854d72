"""The pages of the region, over a real release, in both languages and lights."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from datong.guard import signin
from datong.guard.signin import NewUser
from datong.run.project import Project
from tests.browser.conftest import PASSWORD, Site, served, shot, sign_in
from tests.browser.test_pages import findings
from tests.region import region

__all__ = ["region"]
DARK_PHONE = {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}
PATHS = (
    "/",
    "/search?words=a",
    "/people/1",
    "/trace?what=person:1",
    "/rejects",
    "/rejects/MAP-TIME",
    "/rejects/row/1",
    "/releases",
    "/runs",
    "/quality",
)
CHECK = {
    "type": "plausible",
    "table": "measurement",
    "column": "value_as_number",
    "concept": "",
    "severity": "error",
    "examined": 100,
    "bad": 7,
    "verdict": "fail",
    "blame": "source",
    "keys": ["1"],
}
LANDED = {
    **CHECK,
    "layer": "source",
    "table": "H001 " + "检验结果_2024_" * 30,
    "blame": "undecided",
}


@pytest.fixture(scope="module")
def live(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over the region, with a steward and a doctor."""
    folder = tmp_path_factory.mktemp("live") / "project"
    shutil.copytree(region, folder)
    results = next((folder / "silos").rglob("检验结果*"))
    text = results.read_bytes().decode("gb18030").replace("已审核", "未知状态", 1)
    results.write_bytes(text.encode("gb18030"))
    Project(folder).run()  # one row is refused, whatever the region holds
    summary = {"defined": 1, "effective": 1, "failed": 1}
    told = {"schema": "datong-quality/1", "summary": summary, "checks": [CHECK, LANDED]}
    (folder / ".datong" / "quality.json").write_text(json.dumps(told), "utf-8")
    with served(folder) as running:
        for name, role in (("steward", "steward"), ("wang", "specialist")):
            new = NewUser(name, name.title(), PASSWORD, [(role, "H001", "chest")])
            signin.make_user(running.state.store, new)
        running.state.setup_token = ""
        yield running


def real(site: Site, path: str) -> str:
    """Put numbers that exist into a path."""
    with site.state.desk.published.project.read() as reader:
        wanted = {
            "/rejects/row/1": (
                "select _row from ledger.rejects limit 1",
                "/rejects/row/{}",
            ),
            "/people/1": (
                "select person from records.lab_result limit 1",
                "/people/{}",
            ),
            "/trace?what=person:1": (
                "select record from records.person limit 1",
                "/trace?what=person:{}",
            ),
        }
        if path not in wanted:
            return path
        sql, place = wanted[path]
        return place.format(reader.query(sql).column(0)[0].as_py())


@pytest.mark.parametrize(
    ("page", "language"), [({}, "en"), (DARK_PHONE, "zh")], indirect=["page"]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_region(page: Any, live: Site, path: str, language: str) -> None:
    sign_in(page, live, "steward")
    page.goto(f"{live.address}/language/{language}?back=/account")
    answer = page.goto(live.address + real(live, path))
    page.wait_for_timeout(300)
    shot(page, f"region{path.replace('/', '-').replace('?', '-')}-{language}")
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []
    if path == "/quality":
        whose = {"en": ["source", "undecided"], "zh": ["源头", "未定"]}[language]
        assert page.locator("tbody td:nth-child(6)").all_inner_texts() == whose
        says = {"en": "→ Look at one row", "zh": "→ 查看一条记录"}[language]
        assert says in page.locator("tbody td").nth(7).inner_text()
        asked = page.locator("tbody a").evaluate_all("all => all.map(a => a.search)")
        assert asked == ["?what=measurement%3A1", "?what=row%3A1"]
    if path == "/":
        assert page.locator("[data-chart] canvas").count() == 3


def test_the_glass_is_broken_in_a_browser(page: Any, live: Site) -> None:
    sign_in(page, live, "wang")
    page.goto(live.address + real(live, "/people/1"))
    shot(page, "glass-en")
    assert findings(page) == []
    page.fill("textarea", "found unconscious in the hall")
    page.click("main button.main")
    page.wait_for_selector("table.record")
    assert "this look is in the audit" in page.locator(".watermark").inner_text()


def test_a_run_is_started_and_seen(
    page: Any, live: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "src")
    sign_in(page, live, "steward")
    page.goto(f"{live.address}/runs")
    before = page.locator("tbody tr").count()
    page.click("text=What would a run do?")
    page.wait_for_selector("#plan .card")
    page.check("input[name=fresh]")
    page.click("text=Run now")
    page.wait_for_selector("text=A run is at work")
    page.wait_for_timeout(1500)
    shot(page, "run-en")
    page.wait_for_selector("text=Run now", timeout=60_000)
    assert page.locator("tbody tr").count() == before + 1
