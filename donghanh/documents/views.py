"""The two books of a unit, what was sent to it, what is in force; one document; the forms that enter documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.documents import actions, queries
from donghanh.documents.actions_exchange import answer
from donghanh.documents.actions_relations import relate
from donghanh.documents.choices import Direction, Status
from donghanh.documents.forms import (
    BookForm,
    CopyForm,
    DeedForm,
    IncomingForm,
    NumberForm,
    OutgoingForm,
    RecallForm,
    RelateForm,
    ReplyForm,
    said_of,
)
from donghanh.documents.models import Document
from donghanh.documents.queries_proposals import heads_of, may_answer_for, waiting_on
from donghanh.documents.queries_reading import root_of, standing
from donghanh.documents.tables import FoundTable, InBook, OutBook, book_csv, facts_of, page_of, story
from donghanh.files.actions import store_upload
from donghanh.files.models import StoredFile
from donghanh.files.queries import content_of
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import RowsForm
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.text import fold
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units

OUT, IN, SENT, IN_FORCE = "di", "den", "nhan", "hieu-luc"
TITLES = {
    OUT: "so-dang-ky-van-ban-di", IN: "so-dang-ky-van-ban-den", SENT: "van-ban-gui-den", IN_FORCE: "van-ban-hieu-luc",
}  # fmt: skip
TABLES = {OUT: OutBook, IN: InBook, SENT: FoundTable, IN_FORCE: FoundTable}


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def registering_unit(request: HttpRequest, unit_id: int) -> Unit:
    """A unit whose books the reader writes today; else 404."""
    return get_object_or_404(queries.units_registering(reader(request), on=today()), pk=unit_id)


def visible_document(request: HttpRequest, pk: int) -> Document:
    rows = queries.documents_visible_to(reader(request), on=today()).select_related("file", "unit", "origin")
    return get_object_or_404(rows, pk=pk)


def _unit_read(request: HttpRequest, asked: int | None) -> Unit:
    """The unit whose books are shown: the one asked for, else the reader's own; 404 where it is not the reader's."""
    units = queries.units_reading(reader(request), on=today())
    own = own_units(reader(request), Right.READ_DOCUMENTS, on=today())
    if asked is None and own:
        asked = own[0]
    return get_object_or_404(units, pk=asked)


@requires(Right.READ_DOCUMENTS)
def register(request: HttpRequest) -> HttpResponse:
    """The books; `?so=den&nam=2025&q=...&xuat=xlsx|csv`, `?so=hieu-luc&ngay=2025-06-16`, `?don_vi=12`."""
    asked = parameters(
        request, so=forms.ChoiceField(choices=[(one, one) for one in TITLES], required=False, initial=OUT),
        don_vi=forms.IntegerField(required=False, min_value=1, max_value=2**62), nam=forms.IntegerField(
            required=False, min_value=1900, max_value=2200), ngay=forms.DateField(required=False, initial=today()),
        q=forms.CharField(required=False, max_length=100, initial=""), xuat=forms.CharField(required=False),
    )  # fmt: skip
    unit, book = _unit_read(request, asked["don_vi"]), asked["so"]
    rows = _rows(request, unit, book, year=asked["nam"], day=asked["ngay"])
    if asked["xuat"] == "csv":
        return _csv(rows.filter(found_by__contains=fold(asked["q"])), book)
    kept = {"so": book, "don_vi": unit.pk, "nam": asked["nam"] or "", "ngay": f"{asked['ngay']:%Y-%m-%d}"}
    may = queries.units_registering(reader(request), on=today()).filter(pk=unit.pk).exists()
    return list_page(
        request, rows, TABLES[book], "documents/register.html", searched="found_by", name=TITLES[book], kept=kept,
        unit=unit, book=book, year=asked["nam"], day=asked["ngay"], tabs=_tabs(unit, book), may_register=may,
        by_year=book in (OUT, IN), by_day=book == IN_FORCE,
    )  # fmt: skip


def _rows(request: HttpRequest, unit: Unit, book: str, *, year: int | None, day: date) -> QuerySet[Document]:
    if book == SENT:
        return queries.received_by(reader(request), on=today())
    if book == IN_FORCE:
        visible = queries.documents_visible_to(reader(request), on=today())
        return queries.in_force_for(unit.pk, on=day).filter(pk__in=visible.values("pk"))
    return queries.register(unit.pk, Direction.OUT if book == OUT else Direction.IN, year=year)


def _tabs(unit: Unit, book: str) -> list[dict[str, Any]]:
    words = {OUT: _("Văn bản đi"), IN: _("Văn bản đến"), SENT: _("Gửi đến đơn vị"), IN_FORCE: _("Còn hiệu lực")}
    return [
        {"label": label, "href": f"?so={code}&don_vi={unit.pk}", "current": code == book}
        for code, label in words.items()
    ]


def _csv(rows: QuerySet[Document], book: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{TITLES[book]}.csv"'}
    return HttpResponse(book_csv(TABLES[book](rows[:50_000])), content_type="text/csv; charset=utf-8", headers=headers)


@requires(Right.REGISTER_DOCUMENTS)
def draft(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Enter a document to be issued."""
    unit = registering_unit(request, unit_id)
    ending = queries.last_symbol(unit_id)
    first = {"date": today(), "type": "QĐ", "symbol": f"QĐ-{ending}" if ending else ""}
    form = OutgoingForm(unit, today(), *_sent(request), initial=first)

    def act() -> Document:
        return actions.draft(
            unit=unit, told=form.told, receivers=form.lines, file=_kept(form, unit, request), by=reader(request),
            at=now(),
        )  # fmt: skip

    return _form_page(request, form, _("Lập văn bản đi"), act, _books(unit, OUT))


@requires(Right.REGISTER_DOCUMENTS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a document anew that has no number yet."""
    found = visible_document(request, pk)
    unit = registering_unit(request, found.unit_id)
    if found.direction != Direction.OUT or found.status != Status.DRAFT:
        raise Refused(_("Văn bản đã có số. Muốn đổi nội dung thì ban hành văn bản sửa đổi hoặc thay thế."))
    form = OutgoingForm(unit, today(), *_sent(request), initial=said_of(found))

    def act() -> Document:
        file = _kept(form, unit, request)
        return actions.change_draft(
            document=found, told=form.told, receivers=form.lines, file=file, by=reader(request), at=now()
        )

    return _form_page(request, form, _("Sửa văn bản đi"), act, (str(found), page_of(found)))


@requires(Right.REGISTER_DOCUMENTS)
def arrive(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Enter a received document; `?tu=5`: one that was sent to the unit in this system."""
    unit = registering_unit(request, unit_id)
    came = parameters(request, tu=forms.IntegerField(required=False, min_value=1, max_value=2**62))["tu"]
    origin = queries.received_by(reader(request), on=today()).filter(pk=came).first() if came else None
    first: dict[str, Any] = {"arrival_date": today()}
    if origin:
        first |= said_of(origin) | {"number_text": origin.number_text, "note": ""}
    form = IncomingForm(unit, today(), *_sent(request), initial=first, origin=origin)

    def act() -> Document:
        file = _kept(form, unit, request) or (origin.file if origin else None)
        return actions.register_incoming(
            unit=unit, told=form.told, arrival=form.arrival, file=file, by=reader(request), at=now()
        )

    return _form_page(request, form, _("Vào sổ văn bản đến"), act, _books(unit, IN))


@requires(Right.READ_DOCUMENTS)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what the register holds, its place in the graph, its history, what may be done with it."""
    return show(request, visible_document(request, pk), {})


@require_POST
@requires(Right.REGISTER_DOCUMENTS)
def deed(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one thing with a document, named by `viec`, and lead back to its page."""
    found = get_object_or_404(queries.workable_by(reader(request), on=today()).select_related("file", "unit"), pk=pk)
    named = DeedForm(request.POST)
    if not named.is_valid():
        return show(request, found, {}, status=HTTPStatus.UNPROCESSABLE_CONTENT)
    name = named.cleaned_data["viec"]
    if name == "confirm":
        return _confirm(request, found)
    form = _deed_forms(request, found, request.POST)[name]
    if form.is_valid():
        try:
            messages.success(request, DEEDS[name](found, form, reader(request)))
        except Refused as fault:
            form.add_error(fault.about if fault.about in form.fields else None, str(fault))
        else:
            return redirect(page_of(found))
    return show(request, found, {name: form}, status=HTTPStatus.UNPROCESSABLE_CONTENT)


@requires(Right.READ_DOCUMENTS)
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document's file; `?kem=1`: the first that came with it."""
    number = parameters(request, kem=forms.IntegerField(required=False, min_value=0, max_value=99, initial=0))["kem"]
    files = queries.files_of(visible_document(request, pk))
    if number >= len(files):
        raise Http404
    found = files[number]
    answer = FileResponse(content_of(found), as_attachment=True, filename=found.name, content_type=found.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def show(
    request: HttpRequest, found: Document, bound: dict[str, RowsForm], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page of a document; `bound`: forms that came back with errors."""
    account, day = reader(request), today()
    visible = queries.documents_visible_to(account, on=day)
    upon, below = queries.graph(found, visible=visible, on=day)
    mine = queries.units_registering(account, on=day).filter(pk=found.unit_id).exists()
    receiving = [unit for unit in own_units(account, Right.REGISTER_DOCUMENTS, on=day) if unit != found.unit_id]
    root = root_of(found)
    answers = may_answer_for(account, root, on=day)
    context = {
        "root": root, "standing": standing(account, root, on=day), "heads": list(heads_of(root)[:5]),
        "proposals_waiting": waiting_on(root).count() if answers else 0, "answers": answers,
        "document": found, "facts": facts_of(found), "receivers": list(found.recipients.order_by("pk")),
        "upon": upon, "below": below, "story": story(found), "annexes": queries.files_of(found)[1:],
        "copies": found.copies_made.order_by("pk"),
        "replies": found.replies.order_by("stated_at", "pk"), "in_force": queries.is_in_force(found, on=day),
        "forms": _offered(request, found) | bound if mine else {},
        "mine": mine, "take_in_at": receiving[0] if receiving and not mine else None,
        "taken_in": found.arrivals.filter(unit__in=receiving).first() if receiving else None,
        "crumbs": [_books(found.unit, OUT if found.direction == Direction.OUT else IN)] if mine else [],
    }  # fmt: skip
    return render(request, "documents/document.html", context, status=status)


def _offered(request: HttpRequest, found: Document) -> dict[str, RowsForm]:
    """The forms of what may be done with the document as it stands."""
    names = {
        Status.DRAFT: ["assign", "relate"],
        Status.REGISTERED: ["relate", "book", "make_copy", "recall", *(["reply"] if found.exchange_id else [])],
        Status.RECALLED: [],
    }[Status(found.status)]
    return {name: form for name, form in _deed_forms(request, found, None).items() if name in names}


def _deed_forms(request: HttpRequest, found: Document, data: Any) -> dict[str, RowsForm]:
    ending = queries.last_symbol(found.unit_id)
    book = {name: getattr(found, name) for name in BookForm.base_fields}
    visible = queries.documents_visible_to(reader(request), on=today()).exclude(pk=found.pk)
    return {
        "assign": NumberForm(data, prefix="so"),
        "relate": RelateForm(visible, data, prefix="noi"),
        "book": BookForm(data, prefix="ghi", initial=book),
        "make_copy": CopyForm(data, prefix="sao", initial={"symbol": f"SY-{ending}" if ending else ""}),
        "recall": RecallForm(data, prefix="thu"),
        "reply": ReplyForm(data, prefix="dap"),
    }


def _assign(found: Document, form: RowsForm, by: Account) -> str:
    row = actions.assign_number(document=found, **form.cleaned_data, by=by, at=now())
    return _("Đã cấp số %(code)s và vào sổ.") % {"code": row.code}


def _relate(found: Document, form: RowsForm, by: Account) -> str:
    said, earlier = form.cleaned_data, cast("RelateForm", form).found
    relate(
        later=found, earlier=earlier, kind=said["kind"], from_date=said["from_date"], clause=said["clause"], by=by,
        at=now(),
    )  # fmt: skip
    return _("Đã nối với %(earlier)s.") % {"earlier": earlier}


def _book(found: Document, form: RowsForm, by: Account) -> str:
    actions.keep_book(document=found, **form.cleaned_data, by=by, at=now())
    return _("Đã ghi sổ.")


def _copy(found: Document, form: RowsForm, by: Account) -> str:
    row = actions.make_copy(document=found, unit=found.unit, **form.cleaned_data, by=by, at=now())
    return _("Bản sao có số %(code)s.") % {"code": row.code}


def _recall(found: Document, form: RowsForm, by: Account) -> str:
    actions.recall(document=found, reason=form.cleaned_data["reason"], by=by, at=now())
    return _("Đã thu hồi văn bản. Nội dung được giữ nguyên để tra cứu.")


def _reply(found: Document, form: RowsForm, by: Account) -> str:
    answer(document=found, **form.cleaned_data, by=by, at=now())
    return _("Đã ghi phản hồi. Tải gói phản hồi ở mục Trao đổi để gửi đi.")


DEEDS: dict[str, Callable[[Document, RowsForm, Account], str]] = {
    "assign": _assign, "relate": _relate, "book": _book, "make_copy": _copy, "recall": _recall, "reply": _reply,
}  # fmt: skip


def _confirm(request: HttpRequest, found: Document) -> HttpResponse:
    own = own_units(reader(request), Right.REGISTER_DOCUMENTS, on=today())
    unit = get_object_or_404(queries.units_registering(reader(request), on=today()), pk=own[0])
    actions.confirm_recall(document=found, unit=unit, by=reader(request), at=now())
    messages.success(request, _("Đã xác nhận với bên gửi: đơn vị không dùng văn bản này nữa."))
    return redirect(page_of(found))


def _books(unit: Unit, book: str) -> tuple[str, str]:
    label = _("Sổ văn bản đi") if book == OUT else _("Sổ văn bản đến")
    return label, f"{reverse('documents:register')}?so={book}&don_vi={unit.pk}"


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _kept(form: OutgoingForm | IncomingForm, unit: Unit, request: HttpRequest) -> StoredFile | None:
    sent = form.cleaned_data.get("file")
    if form.content is None or sent is None:
        return None
    return store_upload(content=form.content, name=sent.name, unit=unit.pk, by=reader(request).pk, at=now())


def _form_page(
    request: HttpRequest, form: RowsForm, title: str, act: Callable[[], Document], back: tuple[str, str]
) -> HttpResponse:
    """Show a form; when it is right, do it and lead to the document."""
    if form.is_valid():
        try:
            row = act()
        except Refused as fault:
            form.add_error(fault.about if fault.about in form.fields else None, str(fault))
        else:
            return redirect(page_of(row))
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    return render(request, "documents/form.html", {"form": form, "title": title, "crumbs": [back]}, status=status)
