"""Papers on their way to being signed, certificates, and the check that is open to everyone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from donghanh.files.queries import as_download, content_of
from donghanh.kernel.access import public, requires, signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called, name_of
from donghanh.papers import actions_signing as actions
from donghanh.papers import queries_signing as queries
from donghanh.papers import rules, signing
from donghanh.papers.forms import CertificateForm, CheckForm, SignForm, SourceForm
from donghanh.papers.models import Paper
from donghanh.papers.sourcing import as_code
from donghanh.papers.tables import PaperTable
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.READ_DOCUMENTS)
def papers(request: HttpRequest) -> HttpResponse:
    """Papers of the reader's units, the newest first."""
    rows = queries.papers_visible_to(reader(request), on=today())
    return list_page(request, rows, PaperTable, "papers/papers.html", searched="title_folded", name="van-ban-trinh-ky")


@requires(Right.READ_DOCUMENTS)
@sensitive_post_parameters("passphrase")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: its files, who signed, and the form for whoever is to sign or seal it now."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.papers_visible_to(account, on=day), pk=pk)
    signs, seals = rules.may_sign(account, found, on=day), rules.may_seal(account, found, on=day)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        certificates=queries.usable(account, found, seal=bool(seals)),
    )
    if form.is_valid() and (signs or seals):
        put = actions.seal_paper if seals else actions.sign_paper
        try:
            put(paper=found, **form.cleaned_data, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.success(request, _("Đã đóng dấu.") if seals else _("Đã ký."))
            return redirect("papers:paper", pk=pk)
    context = {
        "paper": found,
        "form": form if signs or seals else None,
        "seals": bool(seals),
        "has_certificate": queries.usable(account, found, seal=bool(seals)).exists(),
        "sources": found.sources.order_by("pk"),
        "signatures": found.signatures.select_related("certificate", "by").order_by("at"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/paper.html", context, status=status)


@requires(Right.READ_DOCUMENTS)
def paper_file(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """The paper as PDF or Word."""
    found = get_object_or_404(queries.papers_visible_to(reader(request), on=today()), pk=pk)
    kept: Any = {"pdf": found.pdf, "docx": found.docx}.get(kind)
    if kept is None:
        raise Http404
    return as_download(kept)


@signed_in
@sensitive_post_parameters("passphrase")
def certificates(request: HttpRequest) -> HttpResponse:
    """“Chứng thư số của tôi”: those brought, a new one."""
    account, day = reader(request), today()
    owners = {"": _("chính tôi")} if own_units(account, Right.SIGN_PAPERS, on=day) else {}
    keeps = own_units(account, Right.REGISTER_DOCUMENTS, on=day)
    owners |= {str(pk): name for pk, name in called(keeps, on=day).items()}
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CertificateForm(*bound, owners=owners)
    if form.is_valid():
        try:
            actions.bring_certificate(**form.said, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.success(request, _("Đã lưu chứng thư."))
            return redirect("papers:certificates")
    rows = queries.certificates_of(account)
    context = {"form": form if owners else None, "rows": rows, "today": day}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/certificates.html", context, status=status)


@signed_in
@require_POST
def remove_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Gone from here."""
    found = get_object_or_404(queries.certificates_of(reader(request)), pk=pk)
    actions.remove_certificate(certificate=found, by=reader(request), at=now())
    messages.success(request, _("Đã gỡ chứng thư."))
    return redirect("papers:certificates")


@public
def check(request: HttpRequest) -> HttpResponse:
    """Anybody: who signed this PDF, when, and whether it was changed since. The file is not kept."""
    form = CheckForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    seen = None
    if form.is_valid():
        try:
            seen = signing.check(form.cleaned_data["file"], at=now())
        except Refused as refused:
            form.add_error("file", str(refused))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/check.html", {"form": form, "seen": seen}, status=status)


@public
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """The paper that a printed code names: what its signatures tell; nothing else of it is shown."""
    found: Paper | None = queries.paper_with_code(code)
    if found is None:
        raise Http404
    with content_of(found.pdf) as file:
        try:
            seen = signing.check(file.read(), at=now())
        except Refused as refused:
            seen = None
            messages.error(request, str(refused))
    return render(request, "papers/check.html", {"form": CheckForm(), "seen": seen, "paper": found})


@public
def find_source(request: HttpRequest) -> HttpResponse:
    """A code typed from paper leads to what it opens."""
    form = SourceForm(request.GET if "ma" in request.GET else None)
    if form.is_valid():
        return redirect("papers:source", code=form.cleaned_data["ma"])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/source.html", {"form": form}, status=status)


@public
def source(request: HttpRequest, code: str) -> HttpResponse:
    """What stands behind a printed figure: for those who may see it; others are told that it is not theirs."""
    found = queries.source_with_code(as_code(code))
    if found is None:
        raise Http404
    opens = rules.may_open(reader(request), found, on=today()) if request.user.is_authenticated else None
    context = {"form": SourceForm(), "source": found, "opens": opens, "office": name_of(found.unit_id, on=today())}
    return render(request, "papers/source.html", context)
