"""Every page, at the desk and on a phone: it answers, complains of nothing, stands still, and everyone can use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page, Response

from e2e.conftest import ADDRESS, PICTURES, SIZES, Visitor
from e2e.pages import NOT_PAGES, SHOWINGS, Showing

LAYOUT_SHIFT = 0.05
LOOKS = [pytest.param(showing, size, id=f"{showing.key}-{size}") for size in SIZES for showing in SHOWINGS]
SHIFTED = """() => new Promise((tell) => {
  let sum = 0;
  const add = (list) => { for (const one of list) if (!one.hadRecentInput) sum += one.value; };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => { add(observer.takeRecords()); tell(sum); }, 0));
})"""
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
  .filter((one) => !one.labels?.length && !one.ariaLabel && !one.getAttribute("aria-labelledby"))
  .filter((one) => !(one.matches("button") && one.textContent.trim()))
  .map((one) => one.outerHTML.slice(0, 120))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`).slice(0, 8)"""
BARRIERS = """async (options) => (await axe.run({ resultTypes: ["violations"], preload: false, ...options })).violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => [one.id, ...one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))])"""
DRAWN = """() => document.fonts.status === "loaded"
  && [...document.querySelectorAll("[data-dh-chart]")].every((place) => place.querySelector("canvas"))"""
DARKEN = """() => {
  document.documentElement.dataset.bsTheme = "dark";
  document.dispatchEvent(new CustomEvent("dh:theme"));
}"""


def routes(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Every named route below, as "room:name"."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


def test_no_page_is_forgotten():
    shown = {showing.route for showing in SHOWINGS} - {""}
    assert shown | NOT_PAGES.keys() == set(routes(get_resolver()))
    assert not shown & NOT_PAGES.keys()


@pytest.fixture(scope="session")
def titles() -> dict[str, set[str]]:
    """Title of a page → the routes that bear it."""
    return defaultdict(set)


@pytest.fixture(scope="session")
def signed_in(stack, browser: Browser) -> Callable[[str], list[Any]]:
    """A person's cookies; each signs in once."""
    kept: dict[str, list[Any]] = {"": []}

    def cookies(person: str) -> list[Any]:
        if person not in kept:
            visitor = Visitor(browser, "1280")
            visitor.sign_in(person)
            kept[person] = visitor.context.cookies()
            visitor.context.close()
        return kept[person]

    return cookies


@pytest.fixture(scope="session")
def desks(stack, browser: Browser) -> Iterator[dict[str, Visitor]]:
    """One browser a size, which forgets everything between two pages: a new one costs more than most pages do."""
    kept = {size: Visitor(browser, size) for size in SIZES}
    yield kept
    for one in kept.values():
        one.context.close()


@pytest.fixture
def desk(desks, size) -> Visitor:
    """A browser of this size as it comes out of the box."""
    visitor = desks[size]
    page, context = visitor.page, visitor.context
    page.set_viewport_size(SIZES[size])
    page.emulate_media(reduced_motion="no-preference")
    if page.url != "about:blank":
        page.evaluate("sessionStorage.clear()")
        page.goto("about:blank")
    context.clear_cookies()
    tools = context.new_cdp_session(page)
    tools.send("Storage.clearDataForOrigin", {"origin": ADDRESS, "storageTypes": "all"})
    tools.detach()
    visitor.complaints.clear()
    return visitor


@pytest.mark.parametrize(("showing", "size"), LOOKS)
def test_page(showing: Showing, size, database, desk, signed_in, titles):
    person, address = showing.place(database)
    if showing.route:
        assert resolve(urlsplit(address).path).view_name == showing.route
    page = desk.page
    desk.context.add_cookies(signed_in(person))
    look(page, address, showing)
    check(page)
    if showing.status < 400:
        bearers = titles[page.title()]
        bearers.add(resolve(urlsplit(page.url).path).view_name)
        assert len(bearers) == 1, f"one title, several pages: {bearers}"
    assert barriers(page) == []
    picture(page, f"{showing.key}-{size}")
    if showing.dark and size == "1280":  # colours do not depend on the width
        page.emulate_media(reduced_motion="reduce")  # no colour between two
        page.evaluate(DARKEN)
        assert barriers(page, runOnly=["color-contrast"]) == []
        picture(page, f"{showing.key}-{size}-dark")
    refused = f"the server responded with a status of {showing.status}"  # said by the browser of the page itself
    assert [one for one in desk.complaints if showing.status < 400 or refused not in one] == []


def look(page: Page, address: str, showing: Showing) -> None:
    """Open the page and do what is to be done there."""
    answers: list[int] = []

    def answered(answer: Response) -> None:
        if answer.request.is_navigation_request():
            answers.append(answer.status)

    page.on("response", answered)
    page.goto(address)
    if showing.act:
        showing.act(page)
    page.wait_for_load_state()
    page.remove_listener("response", answered)
    assert answers[-1] == showing.status
    assert page.evaluate(SHIFTED) < LAYOUT_SHIFT


def check(page: Page) -> None:
    assert page.locator("h1").count() == 1
    assert page.title().removesuffix("· Đồng Hành").strip()
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(TOO_WIDE) == []


def barriers(page: Page, **options: Any) -> list[list[str]]:
    """What axe's rules (`options`: which) call serious or critical: [rule, up to three places…] each."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(BARRIERS, options)


def picture(page: Page, name: str) -> None:
    """The whole page in one sight, so that everything that waits to be seen draws itself."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.wait_for_function(DRAWN)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled")
