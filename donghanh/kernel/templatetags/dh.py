"""The words of every page: figures always written the same way, and the components of `templates/components/`.

Shown live, with their code, at `/thanh-phan/` in debug. A tag with `end…` takes what stands between as its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from donghanh.kernel.looks import CALLOUT_ICONS, LOOKS, MESSAGE_TONES
from donghanh.kernel.numbers import format_number

register = template.Library()


# ── figures ──


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """1234 → 1.234; a missing value is an empty string, never 0."""
    return format_number(value, decimals=decimals, language=get_language() or "vi")


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """85.25 → 85,3 % (the value is already in hundredths)."""
    return f"{number(value, decimals)}\N{NARROW NO-BREAK SPACE}%" if value is not None else ""


@register.filter
def entry(mapping: dict[str, object], key: str) -> object:
    """mapping[key], None where it is missing."""
    return mapping.get(key)


@register.filter
def initial(person: object) -> str:
    """First letter of the given name, which in Vietnamese stands last."""
    return (str(person).split() or ["?"])[-1][0].upper()


# ── small things ──


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless `label` says what it means."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="dh-icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="dh-icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.inclusion_tag("components/status.html")
def status(code: str, word: str = "") -> dict[str, Any]:
    """A state as icon + word + colour; `code` is a key of `kernel.looks.LOOKS`, `word` replaces its usual word."""
    look = LOOKS[code]
    return {"icon": look.icon, "tone": look.tone, "word": word or look.word}


@register.inclusion_tag("components/progress.html")
def progress(value: float, maximum: float = 100, label: str = "", note: str = "") -> dict[str, Any]:
    """How far a long job or a form is; `note` stands at its right end, e.g. "8/13 ô"."""
    return {"value": f"{value:g}", "maximum": f"{maximum:g}", "label": label, "note": note}


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines where content is on its way; appears after 300 ms."""
    return {"lines": range(lines)}


# ── the parts of a page ──


@register.simple_block_tag
def heading(content: str, title: str, lede: str = "", crumbs: Sequence[tuple[str, str]] = ()) -> SafeString:
    """The page's h1 with a sentence below and its one primary action as content; `crumbs`: (label, address) pairs."""
    return _drawn("heading", content=content, title=title, lede=lede, crumbs=crumbs)


@register.simple_block_tag
def card(
    content: str, title: str = "", *, lede: str = "", icon: str = "", href: str = "", more: str = "", level: int = 2
) -> SafeString:
    """A section on its own surface; `href` and `more` make the link at its top right."""
    return _drawn("card", content=content, title=title, lede=lede, icon=icon, href=href, more=more, level=level)


@register.simple_block_tag
def callout(content: str, tone: str = "note", title: str = "", icon: str = "", live: str = "") -> SafeString:
    """A sentence that must be seen, in a tone of `LOOKS`. `live`: "status" or "alert" where it answers an act."""
    return _drawn("callout", content=content, tone=tone, title=title, icon=icon or CALLOUT_ICONS[tone], live=live)


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "inbox") -> SafeString:
    """A list without rows: what will stand here, and in the content why it is empty or a button to begin."""
    return _drawn("empty", content=content, title=title, icon=icon, tone="plain")


@register.simple_block_tag
def error_state(content: str, title: str, icon: str = "alert-triangle") -> SafeString:
    """A part that could not be loaded: what happened; in the content, what to do now."""
    return _drawn("empty", content=content, title=title, icon=icon, tone="need")


@register.inclusion_tag("components/facts.html")
def facts(pairs: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """A definition list of (term, value) pairs."""
    return {"pairs": pairs}


@register.inclusion_tag("components/crumbs.html")
def crumbs(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way up: (label, address) pairs from the top; the page itself is not among them."""
    return {"crumbs": pairs}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Views of one list as links; each item: `label`, `href`, `current`, and `count` if it has one."""
    return {"items": [{"count": None, **item} for item in items], "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first; an event: `at`, `title`, perhaps `who`, `text`, `icon`, `tone`, `href`."""
    usual = {"who": "", "text": "", "icon": "check", "tone": "plain", "href": ""}
    return {"events": [{**usual, **event} for event in events]}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Steps through the pages of a list, keeping the rest of the address."""
    near = {step: {parameter: number} for step, number in (("back", page.number - 1), ("on", page.number + 1))}
    return {"request": context["request"], "page": page, **near}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, help: str = "", width: str = "") -> dict[str, Any]:  # noqa: A002 - the word the pages use
    """A field of a form with label, help and error, tied for screen readers. `width`: "short" for numbers and codes."""
    widget = bound.field.widget
    kind = next((css for kinds, css in WIDGET_CLASSES if isinstance(widget, kinds)), "form-control")
    classes = " ".join(filter(None, [kind, widget.attrs.get("class"), "is-invalid" if bound.errors else ""]))
    several = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    return {
        "field": bound,
        "control": bound.as_widget(attrs={} if several else {"class": classes}),
        "help": help or bound.help_text,
        "shape": "group" if several else "check" if isinstance(widget, CheckboxInput) else "box",
        "width": width,
    }


WIDGET_CLASSES = (
    ((RadioSelect, CheckboxSelectMultiple), ""),
    (CheckboxInput, "form-check-input"),
    (Select, "form-select"),
)


# ── figures that open to their story ──


@register.inclusion_tag("components/bullet.html")
def bullet(
    value: float | None, target: float | None = None, maximum: float = 100, state: str = "no_data", label: str = ""
) -> dict[str, Any]:
    """A bar of `value` with a mark at `target`, both out of `maximum`; SVG units are hundredths of its width."""

    def place(amount: float) -> str:
        return f"{min(max(amount / maximum, 0), 1) * 100:.2f}"

    return {
        "width": None if value is None else place(value),
        "target": None if target is None else place(target),
        "tone": LOOKS[state].tone,
        "label": label,
    }


@register.inclusion_tag("components/path.html")
def path(values: Sequence[float | None], targets: Sequence[float | None], label: str = "") -> dict[str, Any]:
    """A small line of `values`, oldest first, with the targets of the same moments dashed beside it.

    SVG units: 100 wide, 32 high; the lowest and the highest number of both touch the edges. None is left out.
    """
    shown = [amount for amount in (*values, *targets) if amount is not None]
    low, high = min(shown, default=0), max(shown, default=0)

    step = 96 / max(1, len(values) - 1, len(targets) - 1)

    def drawn(line: Sequence[float | None]) -> list[tuple[str, str]]:
        height = 28 / ((high - low) or 1)
        return [
            (f"{2 + place * step:.1f}", f"{30 - (amount - low) * height:.1f}")
            for place, amount in enumerate(line)
            if amount is not None
        ]

    points, goals = (" ".join(",".join(point) for point in drawn(line)) for line in (values, targets))
    return {"points": points, "goals": goals, "label": label}


@register.inclusion_tag("components/figure.html")
def figure(
    label: str,
    value: float | None,
    *,
    unit: str = "%",
    decimals: int = 1,
    numerator: float | None = None,
    denominator: float | None = None,
    counted: str = "",
    target: float | None = None,
    state: str = "",
    change: float | None = None,
    since: str = "",
    period: str = "",
    href: str = "",
    more: str = "",
    gap: int | None = None,
    opens: str = "",
    trend: Sequence[float | None] = (),
    goals: Sequence[float | None] = (),
) -> dict[str, Any]:
    """One number with its story: `numerator`/`denominator` `counted`, target, `change` `since`, period, source.

    `gap` is how many `counted` are lacking; `opens` is where its story lies; `trend` and `goals` are its values and
    targets over time, oldest first. `value` None is "không có số liệu". `unit` "%" draws the bar; `change` is in points
    of the value.
    """
    return {**locals(), "state": state or ("no_data" if value is None else "")}


@register.simple_block_tag
def chart(content: str, id: str, data: Mapping[str, Any], title: str, note: str = "") -> SafeString:  # noqa: A002 - as in HTML
    """A chart drawn from `data` (shape: see `static/dh/chart.js`) with its table, the content, under "Xem bảng"."""
    return _drawn("chart", content=content, id=id, data_id=f"{id}-data", data=data, title=title, note=note)


# ── the frame ──


@register.filter
def message_tone(level_tag: str) -> str:
    """Tone of a message of `django.contrib.messages`."""
    return MESSAGE_TONES.get(level_tag, "note")


def _drawn(component: str, **parts: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", parts)
