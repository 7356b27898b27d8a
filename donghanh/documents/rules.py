from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from donghanh.documents.choices import (
    ENDING,
    OFFICIAL_LETTER,
    OWN_TYPES,
    Direction,
    SeriesKind,
    Status,
    Urgency,
)
from donghanh.documents.models import Document, NumberSeries, Relation
from donghanh.documents.queries import reaches
from donghanh.kernel.verdict import YES, Refused, Verdict, no
from donghanh.organisations.models import Unit
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds

type Faults = dict[str, str]
type Day = date  # fields called `date` hide the class
SYMBOL = re.compile(r"[^\s/]+(?:-[^\s/]+)*")
NUMBER_AS_WRITTEN = re.compile(r"\d{1,6}[a-zđ]?", re.IGNORECASE)
LONGEST_ABSTRACT = 500


@dataclass(frozen=True)
class Receiver:
    """One line of "Nơi nhận"."""

    name: str
    unit: Unit | None = None
    with_below: bool = False


@dataclass(frozen=True)
class Told:
    """What a register tells of a document, whichever way it goes."""

    type: str
    symbol: str
    date: Day
    abstract: str
    issuer_name: str
    signer_name: str = ""
    signer_position: str = ""
    signer_authority: str = ""
    urgency: str = Urgency.NORMAL
    copies: int = 1
    pages: int = 1
    language: str = "Tiếng Việt"
    drafting_unit: str = ""
    kept_by: str = ""
    in_force_from: Day | None = None
    in_force_to: Day | None = None
    due_date: Day | None = None
    passed_on_date: Day | None = None
    signed_for: str = ""
    note: str = ""


@dataclass(frozen=True)
class Arrival:
    """What the stamp "ĐẾN" adds, and where the document came from."""

    date: Day
    number_text: str = ""
    issuer: Unit | None = None
    origin: Document | None = None
    exchange_id: str = ""
    sender_note: str = ""
    handled_by: str = ""
    known_twin: bool = False  # the clerk has seen that the same document is there, and enters it nevertheless
    receivers: tuple[Receiver, ...] = field(default=())


def enforce(faults: Faults) -> None:
    """Raise Refused with the first fault, about its field."""
    for name, sentence in faults.items():
        raise Refused(sentence, name)


def may_register(account: Account, unit_id: int, *, on: date) -> Verdict:
    if holds(account, Right.REGISTER_DOCUMENTS, unit_id, on=on):
        return YES
    return no(_("Thầy cô không vào sổ văn bản của đơn vị này."))


def may_change(document: Document) -> Verdict:
    """May what the document says still be changed? A number once given freezes it."""
    if document.status == Status.RECALLED:
        return no(_("Văn bản đã thu hồi nên được giữ nguyên, không sửa được nữa."))
    if document.status != Status.DRAFT:
        return no(_("Văn bản đã có số. Muốn đổi nội dung thì ban hành văn bản sửa đổi hoặc thay thế."))
    return YES


def told_faults(told: Told, direction: str, *, on: date) -> Faults:
    """Of any document that is entered on the day `on`."""
    faults = _own_faults(told) if direction == Direction.OUT else {}
    if not told.abstract:
        faults["abstract"] = _("Ghi trích yếu nội dung.")
    if len(told.abstract) > LONGEST_ABSTRACT:
        faults["abstract"] = _("Trích yếu dài quá 500 chữ cái; rút gọn lại.")
    if not SYMBOL.fullmatch(told.symbol):
        faults["symbol"] = _("Ký hiệu viết liền, nối bằng gạch ngang. Ví dụ: QĐ-SGDĐT.")
    if told.date > on:
        faults["date"] = _("Ngày văn bản còn ở phía trước.")
    begins = told.in_force_from or told.date
    if told.in_force_to and told.in_force_to < begins:
        faults["in_force_to"] = _("Ngày hết hiệu lực phải từ ngày bắt đầu hiệu lực trở đi.")
    return faults


def _own_faults(told: Told) -> Faults:
    if told.type not in OWN_TYPES:
        return {"type": _("Đơn vị không tự ban hành loại văn bản này.")}
    if told.type != OFFICIAL_LETTER and not told.symbol.startswith(f"{told.type}-"):
        return {"symbol": _("Ký hiệu của loại này bắt đầu bằng “%(type)s-”.") % {"type": told.type}}
    return {}


def arrival_faults(told: Told, arrival: Arrival, *, on: date) -> Faults:
    """Of a received document: its number as written there, its day."""
    faults: Faults = {}
    if not NUMBER_AS_WRITTEN.fullmatch(arrival.number_text):
        faults["number_text"] = _("Số là chữ số, có thể kèm một chữ cái. Ví dụ: 05 hoặc 12a.")
    if arrival.date > on:
        faults["arrival_date"] = _("Ngày đến còn ở phía trước.")
    elif told.date > arrival.date:
        faults["arrival_date"] = _("Văn bản không thể đến trước ngày ban hành.")
    if not told.issuer_name:
        faults["issuer_name"] = _("Ghi cơ quan ban hành.")
    return faults


def number_faults(document: Document) -> Faults:
    """Why the document cannot have its number yet."""
    if document.direction != Direction.OUT or document.status != Status.DRAFT:
        return {"number": _("Văn bản này đã có số hoặc không phải văn bản đi chờ cấp số.")}
    if not document.signer_name or not document.signer_position:
        return {"signer_name": _("Chưa ghi người ký và chức vụ, nên chưa cấp số.")}
    return {}


def typed_number_faults(series: NumberSeries, number: int, *, this_year: int) -> Faults:
    """A number typed by hand is one of before this system; the caller holds the lock of the series."""
    if series.per_type:
        return {"number": _("Đơn vị đánh số riêng theo loại.")}
    own = series.year < this_year and not series.begun
    if number >= series.first_number and not own:
        return {
            "number": _("Từ số %(first)s năm %(year)s do hệ thống cấp; để trống ô số.")
            % {"first": f"{series.first_number:02}", "year": series.year}
        }
    taken = Document.objects.filter(series=series, number=number).order_by("pk").first()
    if taken:
        return {
            "number": _("Số %(number)s đã cấp cho văn bản %(code)s ngày %(day)s.")
            % {"number": f"{number:02}", "code": taken.code, "day": f"{taken.date:%d/%m/%Y}"}
        }
    return {}


def next_number_faults(series: NumberSeries, *, this_year: int) -> Faults:
    """May the system give the next number of the series? Not in a year that is over and was kept on paper."""
    if series.year < this_year and not series.begun and series.kind != SeriesKind.ARRIVALS:
        return {
            "number": _("Sổ năm %(year)s chưa cấp số trên hệ thống. Ghi số đã có trên văn bản.") % {"year": series.year}
        }
    return {}


def series_faults(root: NumberSeries, first_number: int, *, per_type: bool) -> Faults:
    """May the office still choose how the year is numbered?"""
    others = NumberSeries.objects.filter(unit=root.unit_id, year=root.year, kind=root.kind)
    if root.begun or Document.objects.filter(series__in=others, number__gte=first_number).exists():
        return {"first_number": _("Năm này đã cấp số rồi; cách đánh số chỉ đổi được từ năm sau.")}
    if per_type and first_number != 1:
        return {"first_number": _("Đánh số riêng theo loại thì mỗi loại bắt đầu từ 01.")}
    return {}


def relation_faults(later: Document, earlier: Document, kind: str, from_date: date) -> Faults:
    """Why the later document cannot do this to the earlier one; the caller holds the lock of the graph."""
    if later.pk == earlier.pk:
        return {"earlier": _("Chọn một văn bản khác: văn bản không thay thế hay sửa đổi chính nó.")}
    if later.status == Status.RECALLED or earlier.status != Status.REGISTERED:
        return {"earlier": _("Chỉ nối với văn bản đã vào sổ và chưa thu hồi.")}
    if later.date < earlier.date:
        return {
            "earlier": _("%(earlier)s ban hành sau %(later)s; văn bản sau mới tác động lên văn bản trước.")
            % {"earlier": earlier, "later": later}
        }
    if from_date < later.date:
        return {"from_date": _("Ngày có tác dụng phải từ ngày ban hành văn bản trở đi.")}
    return _tied_faults(later, earlier, kind)


def _tied_faults(later: Document, earlier: Document, kind: str) -> Faults:
    standing = Relation.objects.filter(earlier=earlier, withdrawn_at__isnull=True).select_related("later")
    if standing.filter(later=later, kind=kind).exists():
        return {"earlier": _("Hai văn bản này đã được nối như vậy rồi.")}
    ended = standing.filter(kind__in=ENDING).order_by("pk").first() if kind in ENDING else None
    if ended:
        return {
            "earlier": _("%(earlier)s đã bị %(by)s thay thế hoặc bãi bỏ từ ngày %(day)s; không thay thế hai lần.")
            % {"earlier": earlier, "by": ended.later, "day": f"{ended.from_date:%d/%m/%Y}"}
        }
    if reaches(earlier.pk, later.pk):
        return {
            "earlier": _("%(earlier)s đã dựa trên %(later)s, nối thêm sẽ thành vòng tròn.")
            % {"earlier": earlier, "later": later}
        }
    return {}
