"""The review page by keyboard, as somebody who decides all day uses it."""

from typing import Any

from datong.core.decision import State
from datong.store import decisions
from datong.store.decisions import Filter
from tests.browser.conftest import Site, shot, sign_in
from tests.browser.test_pages import findings


def waiting(site: Site) -> int:
    return decisions.count(site.state.store, Filter())


def toast(page: Any, text: str) -> None:
    page.wait_for_selector(f"#toast >> text={text}")


def test_accept_choose_refuse_and_undo_by_keyboard(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url(f"{site.address}/review")
    before, first = waiting(site), page.locator(".card h2").inner_text()
    page.keyboard.press("a")
    toast(page, "Accepted.")
    shot(page, "review-accepted")
    assert waiting(site) == before - 1
    assert page.locator(".card h2").inner_text() != first
    page.keyboard.press("u")
    toast(page, "it waits again")
    assert waiting(site) == before
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.wait_for_selector("#rows li:nth-child(3) [aria-current]")
    third = page.locator("#rows li:nth-child(3) .row").get_attribute("data-row")
    page.wait_for_selector(f'#card [data-decision="{third}"]')
    page.keyboard.press("1")
    toast(page, "Chosen.")
    page.keyboard.press("n")
    toast(page, "None taken.")
    assert waiting(site) == before - 2
    assert findings(page) == []


def test_two_persons(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.goto(f"{site.address}/review?words=c0001")
    assert "Two different persons" in page.locator("#card").inner_text()
    page.keyboard.press("a")
    toast(page, "Agreed; a second person")
    assert decisions.count(site.state.store, Filter(words="c0001")) == 1
    assert page.locator("#card [data-decision]").count() == 0  # on to the next one


def test_no_key_decides_on_a_card_that_is_still_coming(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.goto(f"{site.address}/review?words=visit_no")
    before, held = waiting(site), []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/review/*", hold)
    page.keyboard.press("j")
    page.wait_for_selector("#rows li:nth-child(2) [aria-current]")
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert len(held) == 1  # the card that was asked for, and no decision
    held[0].continue_()
    page.unroute("**/review/*")
    second = page.locator("#rows li:nth-child(2) .row").get_attribute("data-row")
    page.wait_for_selector(f'#card [data-decision="{second}"]')
    assert waiting(site) == before
    page.keyboard.press("a")
    toast(page, "Accepted.")
    assert waiting(site) == before - 1


def test_bulk_shows_its_effect_first(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.goto(f"{site.address}/review?room=mapping&pattern=*_dept_code")
    many = decisions.count(site.state.store, Filter(pattern="*_dept_code"))
    page.click("text=Accept all…")
    page.wait_for_selector("text=Accept all that match?")
    shot(page, "review-bulk")
    page.click(f"text=Accept {many}")
    toast(page, f"{many} accepted.")
    taken = Filter(state=State.ACCEPTED, pattern="*_dept_code")
    assert decisions.count(site.state.store, taken) == many


def test_ask_a_colleague_and_comment(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.goto(f"{site.address}/review?words=c0010")
    page.keyboard.press("q")
    page.keyboard.type("steward")
    page.click("text=Ask q")
    toast(page, "Asked.")
    page.goto(f"{site.address}/review?mine=1")
    page.fill("input[placeholder=Comment]", "unit is on the form")
    page.click("text=Say")
    page.wait_for_selector("text=unit is on the form")


def test_the_queue_grows_as_one_scrolls(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.goto(f"{site.address}/review?order=score")
    first = page.locator("#rows .row").count()
    page.locator("#rows .more").scroll_into_view_if_needed()
    page.wait_for_function(
        "many => document.querySelectorAll('#rows .row').length > many", arg=first
    )


def test_keys_are_told(page: Any, site: Site) -> None:
    sign_in(page, site, "steward")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    shot(page, "keys")
    page.keyboard.press("Escape")
