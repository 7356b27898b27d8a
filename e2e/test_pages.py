"""Every page, at the desk and on a phone: it answers, complains of nothing, stands still, and everyone can use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page

from e2e.conftest import ADDRESS, PICTURES, SIZES, Visitor
from e2e.pages import NOT_PAGES, SHOWINGS, Showing

LAYOUT_SHIFT = 0.05
LOOKS = [
    pytest.param(showing, size, theme, id=f"{showing.key}-{size}{'-dark' if theme == 'dark' else ''}")
    for showing in SHOWINGS
    for size in SIZES
    for theme in (["light", "dark"] if showing.dark else ["light"])
]
SHIFTED = """() => new Promise((tell) => {
  let sum = 0;
  const add = (list) => { for (const one of list) if (!one.hadRecentInput) sum += one.value; };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => { add(observer.takeRecords()); tell(sum); }, 0));
})"""
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
  .filter((box) => !box.labels?.length && !box.ariaLabel && !box.getAttribute("aria-labelledby") && !(box.matches("button") && box.textContent.trim()))
  .map((box) => box.outerHTML.slice(0, 120))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`).slice(0, 8)"""


def routes(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Every named route below, as "room:name"."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            yield from routes(entry, f"{entry.namespace}:" if entry.namespace else space)


def test_no_page_is_forgotten():
    shown = {showing.route for showing in SHOWINGS} - {""}
    assert shown | NOT_PAGES.keys() == set(routes(get_resolver()))
    assert not shown & NOT_PAGES.keys()


@pytest.fixture(scope="session")
def titles() -> dict[str, set[str]]:
    """Title of a page → the routes that bear it."""
    return defaultdict(set)


@pytest.fixture(scope="session")
def signed_in(stack, browser: Browser) -> Callable[[str], dict]:
    """A person's cookies; each signs in once."""
    kept: dict[str, dict] = {}

    def cookies(person: str) -> dict:
        if person and person not in kept:
            visitor = Visitor(browser, "1280")
            visitor.sign_in(person)
            kept[person] = visitor.context.storage_state()
            visitor.context.close()
        return kept.get(person, {"cookies": [], "origins": []})

    return cookies


@pytest.fixture(scope="session")
def axe() -> Axe:
    return Axe()


@pytest.mark.parametrize(("showing", "size", "theme"), LOOKS)
def test_page(showing: Showing, size, theme, stack, database, browser, signed_in, titles, axe):
    person, address = showing.place(database)
    if showing.route:
        assert resolve(urlsplit(address).path).view_name == showing.route
    visitor = Visitor(browser, size, storage_state=signed_in(person))
    visitor.context.add_cookies([{"name": "theme", "value": theme, "url": ADDRESS}])
    try:
        look(visitor, address, showing)
        check(visitor.page, size)
        picture(visitor.page, f"{showing.key}-{size}{'-dark' if theme == 'dark' else ''}")
        barriers = axe.run(visitor.page).response["violations"]
    finally:
        visitor.context.close()
    refused = f"the server responded with a status of {showing.status}"  # the browser says so of the page that was asked
    assert [one for one in visitor.complaints if showing.status < 400 or refused not in one] == []
    assert [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in barriers
        if one["impact"] in ("serious", "critical")
    ] == []
    titles[visitor.title].add(route_of(visitor.address) if showing.status < 400 else f"{showing.route} {showing.status}")
    assert len(titles[visitor.title]) == 1, f"“{visitor.title}” heads {titles[visitor.title]}"


def look(visitor: Visitor, address: str, showing: Showing) -> None:
    """Open the page, do what is to be done there, and keep what the last answer was."""
    page, answers = visitor.page, []
    page.on("response", lambda answer: answer.request.is_navigation_request() and answers.append(answer.status))
    page.goto(address)
    if showing.act:
        showing.act(page)
    page.wait_for_load_state("networkidle")
    visitor.title, visitor.address = page.title(), page.url
    assert answers[-1] == showing.status
    assert page.evaluate(SHIFTED) < LAYOUT_SHIFT


def check(page: Page, size: str) -> None:
    assert page.locator("h1").count() == 1
    assert page.title().removesuffix("· Đồng Hành").strip()
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(TOO_WIDE) == []


def picture(page: Page, name: str) -> None:
    """The whole page; what draws itself when it comes into sight has come into sight."""
    page.keyboard.press("End")
    page.wait_for_function("() => !document.querySelector('[data-dh-chart]:empty')")
    page.keyboard.press("Home")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled")


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
