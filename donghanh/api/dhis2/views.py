"""Values in and out, and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.api.choices import Scope
from donghanh.api.dhis2 import tables, writers
from donghanh.api.dhis2.actions import Asked, take_values
from donghanh.api.dhis2.analytics import Grid, grid_of
from donghanh.api.dhis2.analytics_asked import Reader
from donghanh.api.dhis2.bodies import MOST_VALUES, body_of
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import Code, Scheme, Strategy
from donghanh.api.dhis2.doors import (
    last_words,
    opens,
    shape_sent,
    shape_wanted,
    strategy_of,
    told,
    truth,
    written,
)
from donghanh.api.dhis2.entries import Group, Values, as_json, read_adx, read_csv, read_json, read_xml
from donghanh.api.dhis2.faults import Fault, conflict, message
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.listing import number_of
from donghanh.api.dhis2.queries import Giver, Wanted
from donghanh.api.dhis2.rounds import Rounds
from donghanh.api.dhis2.units import group_of
from donghanh.kernel.clock import now, today
from donghanh.organisations.queries import units_in_group

WRITERS = {"json": writers.as_json, "xml": writers.as_xml, "csv": writers.as_csv, "adx": writers.as_adx}
SINGLE = {"de": "dataElement", "pe": "period", "ou": "orgUnit", "co": "categoryOptionCombo", "ds": "dataSet"}


@opens(GET=Scope.READ_REPORTS, POST=Scope.WRITE_REPORTS)
def data_value_sets(request: HttpRequest, caller: Caller, ending: str | None = None) -> HttpResponseBase:
    """Values of reports: GET gives them, POST takes them."""
    if request.method == "POST":
        words = last_words(request.GET)
        summary = take_values(values=_values(request, words), asked=_asked(request, words), caller=caller, at=now())
        return told(summary.body, summary.status)
    shape = shape_wanted(request, ending, *WRITERS)
    return _given(request.GET, caller, shape)


def _values(request: HttpRequest, words: Mapping[str, str]) -> Values:
    content, shape = body_of(request), shape_sent(request)
    if shape == "csv":
        group = Group(*(words.get(name, "") for name in ("dataSet", "period", "orgUnit", "attributeOptionCombo")))
        return read_csv(content, group=group, header=words.get("firstRowIsHeader", "true").lower() != "false")
    readers = {"json": read_json, "xml": read_xml, "adx": read_adx}
    if shape not in readers:
        raise Fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Chỉ nhận JSON, XML, CSV hoặc ADX."))
    return readers[shape](content)


def _asked(request: HttpRequest, words: Mapping[str, str]) -> Asked:
    if truth(words, "force"):
        raise conflict(_("Dịch vụ này không có force: báo cáo đã gửi hay đã đóng chỉ cơ quan duyệt mở lại được."))
    otherwise = Scheme.CODE if shape_sent(request) == "adx" else Scheme.UID
    return Asked(Schemes.read(words, otherwise=otherwise), strategy_of(words), truth(words, "dryRun"))


def _given(said: QueryDict, caller: Caller, shape: str) -> HttpResponseBase:
    words, catalogue = last_words(said), Catalogue()
    out = {name.replace("output", "").replace("Output", ""): word for name, word in words.items()}
    schemes = Schemes.read(out, otherwise=Scheme.CODE if shape == "adx" else Scheme.UID)
    wanted = wanted_of(said, catalogue, schemes)
    giver = Giver(catalogue, schemes, wanted, caller, on=today())
    values = giver.values()
    head = {"exported": now().isoformat(timespec="seconds")} if shape == "adx" else giver.head()
    content = WRITERS[shape](head, values)
    return written(content, shape) if shape != "json" else _json(content)


def _json(content: str) -> HttpResponseBase:
    answer = written(content, "csv")
    answer.headers["Content-Type"] = "application/json"
    return answer


def wanted_of(said: QueryDict, catalogue: Catalogue, schemes: Schemes) -> Wanted:
    """The parameters of GET; 409 where they choose nothing, or name what is not there."""
    on, lists = today(), {name: [w for text in said.getlist(name) for w in text.split(",") if w] for name in said}
    words = last_words(said)
    forms = [
        _found(catalogue.form_of(word, schemes.data_set), word, Code.NO_DATA_SET) for word in lists.get("dataSet", [])
    ]
    index = catalogue.element_index
    elements = [
        _found(index.find(word, schemes.element), word, Code.NO_ELEMENT) for word in lists.get("dataElement", [])
    ]
    if not forms and not elements:
        raise conflict(_("Cần ít nhất một dataSet hoặc dataElement."), Code.NOTHING_CHOSEN)
    units = catalogue.units_meant(lists.get("orgUnit", []), schemes.unit, on=on)
    chosen = [_found(units.get(word), word, Code.NO_UNIT) for word in lists.get("orgUnit", [])]
    for word in lists.get("orgUnitGroup", []):
        group = _found(group_of(word, catalogue.ids), word, Code.NO_UNIT)
        chosen += units_in_group(group, on=on).values_list("pk", flat=True)
    if not chosen:
        raise conflict(_("Cần ít nhất một orgUnit hoặc orgUnitGroup."), Code.NO_UNIT_CHOSEN)
    rounds = Rounds(on=on)
    periods = [code for word in lists.get("period", []) if (code := rounds.code_of(word))]
    first, last, since = _day(words, "startDate"), _day(words, "endDate"), _since(words)
    if not (lists.get("period") or (first and last) or since):
        raise conflict(_("Cần period, hoặc startDate và endDate, hoặc lastUpdated."), Code.NO_TIME_CHOSEN)
    return Wanted(
        units=chosen,
        children=truth(words, "children"),
        forms=forms or None,
        elements=elements or None,
        periods=periods if lists.get("period") else None,
        first_day=first,
        last_day=last,
        since=since,
        most=min(number_of(words.get("limit", ""), MOST_VALUES, name="limit"), MOST_VALUES),
    )


def _found[T](found: T | None, word: str, code: Code) -> T:
    if found is None:
        raise conflict(_("Không có “%(word)s”.") % {"word": word[:40]}, code)
    return found


def _day(words: Mapping[str, str], name: str) -> date | None:
    if not (text := words.get(name)):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        sentence = _("%(name)s phải là một ngày, ví dụ 2024-09-05.") % {"name": name}
        raise conflict(sentence, Code.NOT_READABLE) from None


def _since(words: Mapping[str, str]) -> datetime | None:
    """`lastUpdated`, or `lastUpdatedDuration` (10d, 4h, 30m, 15s) before now."""
    if text := words.get("lastUpdatedDuration"):
        sizes = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
        if not (text[:-1].isascii() and text[:-1].isdecimal() and len(text) <= 6 and text[-1] in sizes):  # noqa: PLR2004  # six digits are sizes enough
            sentence = _("lastUpdatedDuration là số với d, h, m hoặc s, ví dụ 10d.")
            raise conflict(sentence, Code.NOT_READABLE)
        return now() - timedelta(**{sizes[text[-1]]: int(text[:-1])})
    day = _day(words, "lastUpdated")
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) if day else None


@opens(GET=Scope.READ_REPORTS, POST=Scope.WRITE_REPORTS, DELETE=Scope.WRITE_REPORTS)
def data_values(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """One value: de, pe, ou, co in the address, or as JSON; GET answers a list of one."""
    words = last_words(request.GET)
    named = {SINGLE[name]: word for name, word in words.items() if name in SINGLE} | {"value": words.get("value", "")}
    if request.method == "GET":
        catalogue = Catalogue()
        said = QueryDict(mutable=True)
        said.update({name: word for name, word in named.items() if name in ("dataElement", "period", "orgUnit")})
        giver = Giver(catalogue, Schemes(), wanted_of(said, catalogue, Schemes()), caller, on=today())
        cell = named.get("categoryOptionCombo", giver.default)
        values = [one.value for one in giver.values() if one.cell == cell]
        if not values:
            raise Fault(HTTPStatus.NOT_FOUND, _("Ô này chưa có giá trị."), Code.NOT_FOUND)
        return told(values[:1])
    if request.method == "POST" and (content := body_of(request)) and shape_sent(request) == "json":
        sent = as_json(content)
        named = sent if isinstance(sent, dict) else named
    body = {"dataSet": named.pop("dataSet", ""), "dataValues": [named]}
    asked = Asked(strategy=Strategy.DELETE if request.method == "DELETE" else Strategy.CREATE_AND_UPDATE)
    summary = take_values(values=read_json(_encoded(body)), asked=asked, caller=caller, at=now())
    if summary.conflicts:
        first = next(iter(summary.conflicts.values()))
        return told(message(HTTPStatus.CONFLICT, "ERROR", first.sentence, first.code), HTTPStatus.CONFLICT)
    status = HTTPStatus.CREATED if request.method == "POST" else HTTPStatus.OK
    return told(message(status, "OK"), status)


def _encoded(body: object) -> bytes:
    import json

    return json.dumps(body).encode()


@opens(GET=Scope.READ_FIGURES)
def analytics(request: HttpRequest, caller: Caller, ending: str | None = None) -> HttpResponseBase:
    """Figures by dimension and filter."""
    grid, words = _grid(request, caller), last_words(request.GET)
    if truth(words, "tableLayout"):
        axes = [[name for name in words.get(side, "").split(";") if name] for side in ("columns", "rows")]
        grid = tables.laid_out(grid, *axes)
    if truth(words, "skipMeta"):
        grid.meta = {}
    shape = shape_wanted(request, "xlsx" if ending == "xls" else ending, "json", "xml", "csv", "xlsx")
    if shape == "json":
        return told(grid.body)
    makers: Mapping[str, Callable[[Grid], str | bytes]] = {
        "xml": tables.as_xml, "csv": tables.as_csv, "xlsx": tables.as_xlsx,
    }  # fmt: skip
    return written(makers[shape](grid), shape)


@opens(GET=Scope.READ_FIGURES)
def analytics_values(request: HttpRequest, caller: Caller, ending: str | None = None) -> HttpResponseBase:  # noqa: ARG001  # six digits are sizes enough
    """The same figures as data values, to post them to another system."""
    grid = _grid(request, caller)
    tables.must_have(grid)
    return told(tables.as_values(grid))


def _grid(request: HttpRequest, caller: Caller) -> Grid:
    return grid_of(Reader(request.GET, Catalogue(), caller, on=today()))
