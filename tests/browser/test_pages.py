"""Every page, in both languages, in a real browser: it works and axe finds nothing."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from datong.guard import signin
from datong.guard.signin import NewUser
from tests.browser.conftest import AXE, HATS, PASSWORD, Site, served, shot, sign_in

PAGES = {
    "steward": ["/", "/review", "/account", "/nothing"],
    "admin": ["/users"],
    "registrar": ["/consents", "/consents?person=7"],
    "lily": ["/mine"],
    "auditor": ["/audit", "/emergencies"],
}
VISITS = [
    (who, path, language)
    for who, paths in PAGES.items()
    for path in paths
    for language in ("en", "zh")
]
PHONE = {"viewport": {"width": 390, "height": 844}}


def findings(page: Any) -> list[str]:
    """Run axe with the rules of WCAG 2.2 AA; return what is serious."""
    if not AXE.exists():
        pytest.skip("no axe-core: npm ci")
    page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("page", [{}, {"color_scheme": "dark"}, PHONE], indirect=True)
@pytest.mark.parametrize(("who", "path", "language"), VISITS)
def test_a_page_can_be_used_by_everybody(
    page: Any, site: Site, who: str, path: str, language: str
) -> None:
    sign_in(page, site, who)
    page.goto(f"{site.address}/language/{language}?back={quote(path)}")
    place = path.strip("/").replace("?", "-") or "home"
    name = f"{place}-{language}-{page.viewport_size['width']}"
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    shot(page, name + ("-dark" if dark else ""))
    assert page.locator("h1").count() == 1
    # This site has no release yet: its first page says so, and what to do.
    assert page.locator(".trouble").count() == (path in {"/nothing", "/"})
    assert page.locator("html").get_attribute("lang") == (
        "en" if language == "en" else "zh-Hans"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []


def test_the_first_start_makes_the_administrator(page: Any, tmp_path: Path) -> None:
    with served(tmp_path) as site:
        page.goto(site.address)
        assert page.url.endswith("/setup")
        page.goto(f"{site.address}/setup?token={site.state.setup_token}")
        shot(page, "setup-en")
        assert findings(page) == []
        page.fill("input[name=name]", "li")
        page.fill("input[name=password]", "password123")
        page.fill("input[name=again]", "password123")
        page.click("button.main")
        assert "too easy" in page.locator(".wrong").inner_text()
        page.fill("input[name=password]", PASSWORD)
        page.fill("input[name=again]", PASSWORD)
        page.click("button.main")
        page.wait_for_url(f"{site.address}/")
        assert page.goto(f"{site.address}/setup").status == 404


def test_signing_in_and_out(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/review")
    shot(page, "sign-in-en")
    assert findings(page) == []
    page.fill("input[name=name]", "steward")
    page.fill("input[name=password]", "wrong")
    page.click("button.main")
    assert "wrong" in page.locator(".wrong").inner_text()
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(f"{site.address}/review")
    page.click("details.drop summary")
    page.click("text=Sign out")
    page.wait_for_url(f"{site.address}/sign-in")
    page.goto(site.address)
    assert "/sign-in" in page.url


def test_another_hat_has_other_pages(page: Any, site: Site) -> None:
    new = NewUser("two", "Two Hats", PASSWORD, HATS["steward"])
    signin.make_user(site.state.store, new)
    sign_in(page, site, "two")
    assert page.locator(".menu a", has_text="Users").count() == 0
    page.click("details.drop summary")
    page.click("text=As Administrator")
    page.wait_for_selector(".menu a >> text=Users")


def test_light_and_dark_stay(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/sign-in")
    page.click("#theme")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
