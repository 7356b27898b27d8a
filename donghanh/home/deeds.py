"""The words of the log: what each verb says to a person. laws/test_personal_data.py finds a verb without a word."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.guardians.choices import Why
from donghanh.people.choices import ROLES
from donghanh.privacy.choices import Purpose, RequestKind

VERBS: dict[str, str | Promise] = {
    "agenda.busy_marked": gettext_lazy("Ghi thời gian bận"),
    "agenda.busy_unmarked": gettext_lazy("Bỏ thời gian bận"),
    "agenda.feed_renewed": gettext_lazy("Tạo địa chỉ lịch cá nhân"),
    "api.published": gettext_lazy("Công bố dữ liệu mở"),
    "api.token_made": gettext_lazy("Tạo khóa truy cập"),
    "api.token_revoked": gettext_lazy("Thu hồi khóa truy cập"),
    "api.token_used": gettext_lazy("Phần mềm dùng khóa truy cập"),
    "api.values_taken": gettext_lazy("Nhận số liệu từ phần mềm khác"),
    "api.withdrawn": gettext_lazy("Rút dữ liệu mở"),
    "collaborators.enrolled": gettext_lazy("Ghi cộng tác viên"),
    "collaborators.group_ended": gettext_lazy("Kết thúc tổ công tác"),
    "collaborators.group_set_up": gettext_lazy("Lập tổ công tác"),
    "collaborators.meeting_recorded": gettext_lazy("Ghi cuộc họp"),
    "collaborators.member_added": gettext_lazy("Thêm thành viên tổ công tác"),
    "collaborators.member_left": gettext_lazy("Thôi thành viên tổ công tác"),
    "collaborators.service_ended": gettext_lazy("Thôi cộng tác viên"),
    "explorer.address_set": gettext_lazy("Đặt địa chỉ nhận thư số liệu"),
    "explorer.changed": gettext_lazy("Sửa bảng số liệu đã lưu"),
    "explorer.dashboard_made": gettext_lazy("Lập bảng theo dõi"),
    "explorer.deleted": gettext_lazy("Xóa bảng số liệu đã lưu"),
    "explorer.link_ended": gettext_lazy("Thu hồi đường dẫn chia sẻ"),
    "explorer.link_made": gettext_lazy("Tạo đường dẫn chia sẻ"),
    "explorer.receiver_left": gettext_lazy("Thôi nhận số liệu theo lịch"),
    "explorer.restored": gettext_lazy("Lấy lại bảng số liệu đã xóa"),
    "explorer.subscribed": gettext_lazy("Đặt lịch gửi số liệu"),
    "explorer.subscription_ended": gettext_lazy("Dừng lịch gửi số liệu"),
    "explorer.tile_put": gettext_lazy("Đưa lên bảng theo dõi"),
    "explorer.tile_taken": gettext_lazy("Bỏ khỏi bảng theo dõi"),
    "explorer.view_kept": gettext_lazy("Lưu bảng số liệu"),
    "guardians.block_lifted": gettext_lazy("Gỡ quyết định hạn chế"),
    "guardians.blocked": gettext_lazy("Ghi quyết định hạn chế"),
    "guardians.claimed": gettext_lazy("Nhập mã liên kết"),
    "guardians.code_printed": gettext_lazy("In mã liên kết"),
    "guardians.ended": gettext_lazy("Dừng liên kết cha mẹ"),
    "guardians.verified": gettext_lazy("Xác minh liên kết cha mẹ"),
    "inspections.planned": gettext_lazy("Lên lịch kiểm tra"),
    "inspections.cancelled": gettext_lazy("Hủy cuộc kiểm tra"),
    "inspections.recorded": gettext_lazy("Ghi biên bản kiểm tra"),
    "inspections.remarked": gettext_lazy("Ghi ý kiến vào biên bản kiểm tra"),
    "inspections.feedback_given": gettext_lazy("Gửi phản hồi của đơn vị"),
    "inspections.finding_opened": gettext_lazy("Ghi kiến nghị kiểm tra"),
    "inspections.finding_proved": gettext_lazy("Gửi minh chứng khắc phục"),
    "inspections.finding_closed": gettext_lazy("Khép kiến nghị kiểm tra"),
    "inspections.finding_reopened": gettext_lazy("Yêu cầu khắc phục tiếp"),
    "inspections.finding_extended": gettext_lazy("Gia hạn kiến nghị kiểm tra"),
    "inspections.finding_followed": gettext_lazy("Chuyển kiến nghị sang đơn vị kế thừa"),
    "organisations.boundaries_loaded": gettext_lazy("Nạp ranh giới"),
    "organisations.change_kind": gettext_lazy("Đổi loại hình đơn vị"),
    "organisations.close": gettext_lazy("Kết thúc đơn vị"),
    "organisations.group_joined": gettext_lazy("Đưa đơn vị vào nhóm"),
    "organisations.group_left": gettext_lazy("Đưa đơn vị ra khỏi nhóm"),
    "organisations.group_made": gettext_lazy("Lập nhóm đơn vị"),
    "organisations.imported": gettext_lazy("Nhập danh sách đơn vị"),
    "organisations.merge": gettext_lazy("Sáp nhập đơn vị"),
    "organisations.open": gettext_lazy("Thành lập đơn vị"),
    "organisations.recode": gettext_lazy("Đổi mã đơn vị"),
    "organisations.rename": gettext_lazy("Đổi tên đơn vị"),
    "organisations.split": gettext_lazy("Chia tách đơn vị"),
    "organisations.transfer": gettext_lazy("Chuyển đơn vị quản lý"),
    "organisations.undone": gettext_lazy("Hoàn tác biến động"),
    "papers.filed": gettext_lazy("Lập văn bản trình ký"),
    "papers.certificate_brought": gettext_lazy("Nộp chứng thư số"),
    "papers.certificate_removed": gettext_lazy("Gỡ chứng thư số"),
    "papers.signed": gettext_lazy("Ký số văn bản"),
    "papers.sealed": gettext_lazy("Đóng dấu số văn bản"),
    "people.account_closed": gettext_lazy("Khóa tài khoản"),
    "people.account_opened": gettext_lazy("Mở tài khoản"),
    "people.account_reopened": gettext_lazy("Mở lại tài khoản"),
    "people.outside_account_linked": gettext_lazy("Liên kết tài khoản ngoài"),
    "people.outside_account_unlinked": gettext_lazy("Bỏ liên kết tài khoản ngoài"),
    "people.password_set": gettext_lazy("Đặt mật khẩu"),
    "people.role_ended": gettext_lazy("Kết thúc vai trò"),
    "people.role_given": gettext_lazy("Giao vai trò"),
    "people.second_factor_added": gettext_lazy("Thêm lớp xác thực thứ hai"),
    "people.second_factor_removed": gettext_lazy("Bỏ một lớp xác thực"),
    "people.second_factor_renewed": gettext_lazy("Đổi mã dự phòng"),
    "people.second_factor_used": gettext_lazy("Dùng mã dự phòng"),
    "people.second_factors_removed": gettext_lazy("Bỏ mọi lớp xác thực thứ hai"),
    "people.sessions_ended": gettext_lazy("Đăng xuất thiết bị"),
    "periods.own_period_added": gettext_lazy("Thêm kỳ riêng"),
    "periods.school_year_set": gettext_lazy("Đặt lịch năm học"),
    "periods.special_day_set": gettext_lazy("Đặt ngày nghỉ, ngày làm bù"),
    "privacy.asked": gettext_lazy("Gửi yêu cầu về dữ liệu"),
    "privacy.consent_given": gettext_lazy("Đồng ý cho dùng dữ liệu"),
    "privacy.consent_withdrawn": gettext_lazy("Rút đồng ý"),
    "privacy.do": gettext_lazy("Làm theo yêu cầu về dữ liệu"),
    "privacy.forgotten": gettext_lazy("Xóa dữ liệu của một người"),
    "privacy.refuse": gettext_lazy("Từ chối yêu cầu về dữ liệu"),
    "privacy.retention_applied": gettext_lazy("Dọn dữ liệu hết hạn giữ"),
    "privacy.take_back": gettext_lazy("Rút yêu cầu về dữ liệu"),
    "questionnaires.draft_discarded": gettext_lazy("Bỏ bản soạn biểu mẫu"),
    "questionnaires.draft_started": gettext_lazy("Bắt đầu soạn biểu mẫu"),
    "questionnaires.form_published": gettext_lazy("Công bố biểu mẫu"),
    "questionnaires.form_loaded": gettext_lazy("Nạp biểu mẫu"),
    "documents.acknowledged": gettext_lazy("Xác nhận đã đọc văn bản"),
    "documents.answered": gettext_lazy("Phản hồi bên gửi văn bản"),
    "documents.arrived": gettext_lazy("Vào sổ văn bản đến"),
    "documents.book_kept": gettext_lazy("Ghi sổ văn bản"),
    "documents.changed": gettext_lazy("Sửa dự thảo văn bản"),
    "documents.copied": gettext_lazy("Cấp số bản sao"),
    "documents.drafted": gettext_lazy("Lập văn bản đi"),
    "documents.nudged": gettext_lazy("Nhắc đọc văn bản"),
    "documents.numbering_set": gettext_lazy("Đặt cách đánh số văn bản"),
    "documents.package_made": gettext_lazy("Xuất gói edXML"),
    "documents.proposal_withdrawn": gettext_lazy("Rút kiến nghị về văn bản"),
    "documents.proposals_answered": gettext_lazy("Trả lời kiến nghị về văn bản"),
    "documents.proposals_merged": gettext_lazy("Gộp kiến nghị về văn bản"),
    "documents.proposed": gettext_lazy("Kiến nghị sửa đổi văn bản"),
    "documents.publication_closed": gettext_lazy("Khép lần phổ biến văn bản"),
    "documents.published": gettext_lazy("Phổ biến văn bản"),
    "documents.recall_confirmed": gettext_lazy("Xác nhận văn bản bị thu hồi"),
    "documents.recalled": gettext_lazy("Thu hồi văn bản"),
    "documents.registered": gettext_lazy("Cấp số văn bản"),
    "documents.related": gettext_lazy("Nối văn bản"),
    "documents.reply_noted": gettext_lazy("Ghi phản hồi của bên nhận văn bản"),
    "programmes.begun": gettext_lazy("Lập chương trình"),
    "programmes.described": gettext_lazy("Sửa chương trình"),
    "programmes.objective_stated": gettext_lazy("Ghi mục tiêu của chương trình"),
    "programmes.task_stated": gettext_lazy("Ghi nhiệm vụ của chương trình"),
    "programmes.task_withdrawn": gettext_lazy("Bỏ nhiệm vụ khỏi chương trình"),
    "programmes.loaded": gettext_lazy("Ghi chương trình"),
    "programmes.plans_issued": gettext_lazy("Giao kế hoạch cho các đơn vị"),
    "programmes.task_adapted": gettext_lazy("Sửa nhiệm vụ"),
    "programmes.task_added": gettext_lazy("Thêm nhiệm vụ riêng"),
    "programmes.task_dropped": gettext_lazy("Ghi là không thực hiện nhiệm vụ"),
    "programmes.task_restored": gettext_lazy("Thực hiện lại nhiệm vụ"),
    "programmes.plan_submitted": gettext_lazy("Gửi kế hoạch"),
    "programmes.plan_returned": gettext_lazy("Trả lại kế hoạch"),
    "programmes.plan_accepted": gettext_lazy("Duyệt kế hoạch"),
    "programmes.plan_reopened": gettext_lazy("Mở lại kế hoạch"),
    "programmes.plan_rerouted": gettext_lazy("Chuyển kế hoạch sang cơ quan khác duyệt"),
    "programmes.evidence_put_down": gettext_lazy("Ghi việc đã làm"),
    "programmes.task_taken_up": gettext_lazy("Ghi nhiệm vụ chưa xong"),
    "programmes.task_serves": gettext_lazy("Lồng ghép nhiệm vụ"),
    "programmes.review_begun": gettext_lazy("Lập báo cáo sơ kết, tổng kết"),
    "programmes.review_written": gettext_lazy("Viết báo cáo sơ kết, tổng kết"),
    "programmes.review_submitted": gettext_lazy("Trình báo cáo sơ kết, tổng kết"),
    "programmes.review_returned": gettext_lazy("Trả lại báo cáo sơ kết, tổng kết"),
    "programmes.review_approved": gettext_lazy("Duyệt báo cáo sơ kết, tổng kết"),
    "questionnaires.form_reviewed": gettext_lazy("Xem lại biểu mẫu sau khi văn bản bị thay thế"),
    "programmes.reviewed": gettext_lazy("Xem lại chương trình sau khi văn bản bị thay thế"),
    "programmes.review_issued": gettext_lazy("Lập văn bản của báo cáo sơ kết, tổng kết"),
    "programmes.review_reopened": gettext_lazy("Mở lại báo cáo sơ kết, tổng kết"),
    "programmes.money_written": gettext_lazy("Ghi khoản kinh phí"),
    "programmes.money_reversed": gettext_lazy("Ghi giảm khoản kinh phí"),
    "programmes.money_year_closed": gettext_lazy("Khóa sổ kinh phí của năm"),
    "programmes.coordination_agreed": gettext_lazy("Ghi kế hoạch phối hợp"),
    "programmes.partner_added": gettext_lazy("Thêm cơ quan phối hợp"),
    "programmes.guest_named": gettext_lazy("Đổi tài khoản xem kế hoạch phối hợp"),
    "programmes.joint_task_added": gettext_lazy("Thêm việc phối hợp"),
    "programmes.joint_task_told": gettext_lazy("Ghi tiến độ việc phối hợp"),
    "programmes.joint_meeting_recorded": gettext_lazy("Ghi cuộc họp phối hợp"),
    "recognition.round_opened": gettext_lazy("Mở đợt khen thưởng"),
    "recognition.member_seated": gettext_lazy("Ghi thành viên hội đồng khen thưởng"),
    "recognition.nominated": gettext_lazy("Đề nghị khen thưởng"),
    "recognition.rewritten": gettext_lazy("Sửa đề nghị khen thưởng"),
    "recognition.submitted": gettext_lazy("Gửi đề nghị khen thưởng"),
    "recognition.returned": gettext_lazy("Trả lại đề nghị khen thưởng"),
    "recognition.commended": gettext_lazy("Quyết định khen"),
    "recognition.declined": gettext_lazy("Quyết định không khen"),
    "recognition.withdrawn": gettext_lazy("Rút đề nghị khen thưởng"),
    "recognition.voted": gettext_lazy("Bỏ phiếu xét khen thưởng"),
    "recognition.stood_back": gettext_lazy("Không tham gia xét khen thưởng"),
    "recognition.round_decided": gettext_lazy("Ghi quyết định khen thưởng"),
    "recognition.round_published": gettext_lazy("Công bố khen thưởng"),
    "recognition.practice_written": gettext_lazy("Viết kinh nghiệm hay"),
    "recognition.practice_shared": gettext_lazy("Chia sẻ kinh nghiệm hay"),
    "recognition.practice_returned": gettext_lazy("Trả lại kinh nghiệm hay"),
    "recognition.practice_tried": gettext_lazy("Ghi đã làm thử một kinh nghiệm"),
    "recognition.discipline_counted": gettext_lazy("Ghi số lượt kỷ luật"),
    "reporting.accept": gettext_lazy("Duyệt báo cáo"),
    "reporting.bulk_review_asked": gettext_lazy("Duyệt nhiều báo cáo một lượt"),
    "reporting.batch_brought_in": gettext_lazy("Nộp nhiều báo cáo bằng tệp"),
    "reporting.collection_opened": gettext_lazy("Mở đợt báo cáo"),
    "reporting.evidence_added": gettext_lazy("Thêm minh chứng vào báo cáo"),
    "reporting.evidence_removed": gettext_lazy("Bỏ minh chứng khỏi báo cáo"),
    "reporting.extended": gettext_lazy("Gia hạn báo cáo"),
    "reporting.filled_by_workbook": gettext_lazy("Ghi bản nháp từ tệp Excel"),
    "reporting.issued": gettext_lazy("Xuất báo cáo chính thức"),
    "reporting.passed_up": gettext_lazy("Duyệt báo cáo, chuyển lên cấp trên"),
    "reporting.reminded": gettext_lazy("Nhắc nộp báo cáo"),
    "reporting.reopen": gettext_lazy("Mở lại báo cáo đã duyệt"),
    "reporting.request_changed": gettext_lazy("Sửa yêu cầu báo cáo"),
    "reporting.request_ended": gettext_lazy("Kết thúc yêu cầu báo cáo"),
    "reporting.request_made": gettext_lazy("Đặt yêu cầu báo cáo"),
    "reporting.rerouted": gettext_lazy("Chuyển báo cáo sang cơ quan khác duyệt"),
    "reporting.return": gettext_lazy("Trả lại báo cáo"),
    "reporting.round_locked": gettext_lazy("Khóa đợt báo cáo"),
    "reporting.send": gettext_lazy("Gửi báo cáo"),
    "reporting.withdraw": gettext_lazy("Rút lại báo cáo đã gửi"),
    "rosters.asked_to_write": gettext_lazy("Yêu cầu ghi danh sách lớp"),
    "rosters.dropped": gettext_lazy("Bỏ danh sách lớp đã tải lên"),
    "rosters.handed_out": gettext_lazy("Xuất danh bạ học sinh"),
    "rosters.received": gettext_lazy("Tải lên danh sách lớp"),
    "rosters.roll_over_undone": gettext_lazy("Hoàn tác chuyển năm học"),
    "rosters.rolled_over": gettext_lazy("Chuyển năm học"),
    "rosters.slip_printed": gettext_lazy("In phiếu đăng nhập"),
    "rosters.token_made": gettext_lazy("Tạo mã kết nối"),
    "rosters.token_revoked": gettext_lazy("Thu hồi mã kết nối"),
    "rosters.token_used": gettext_lazy("Phần mềm khác đọc bằng mã kết nối"),
    "rosters.written": gettext_lazy("Ghi danh sách lớp"),
    "statistics.defined": gettext_lazy("Khai báo chỉ tiêu"),
    "statistics.target_set": gettext_lazy("Đặt mục tiêu"),
    "statistics.target_ended": gettext_lazy("Kết thúc mục tiêu"),
    "statistics.check_written": gettext_lazy("Đặt quy tắc kiểm tra số liệu"),
    "statistics.check_ended": gettext_lazy("Bỏ quy tắc kiểm tra số liệu"),
    "statistics.finding_seen": gettext_lazy("Xem một điều cần xem lại"),
}
DETAILS: dict[str, str | Promise] = {  # what a detail of a deed is called
    "account": gettext_lazy("tài khoản"),
    "after": gettext_lazy("sau"),
    "before": gettext_lazy("trước"),
    "child": gettext_lazy("học sinh số"),
    "collection": gettext_lazy("đợt số"),
    "expected": gettext_lazy("số đơn vị phải nộp"),
    "fields": gettext_lazy("mục đã sửa"),
    "guardian": gettext_lazy("tài khoản cha mẹ số"),
    "in_person": gettext_lazy("trao tận tay"),
    "kind": gettext_lazy("loại"),
    "no_reviewer": gettext_lazy("số đơn vị không có cơ quan duyệt"),
    "parts": gettext_lazy("số đơn vị liên quan"),
    "purpose": gettext_lazy("mục đích"),
    "reminded": gettext_lazy("số đơn vị được nhắc"),
    "role": gettext_lazy("vai trò"),
    "rows": gettext_lazy("số dòng"),
    "verified": gettext_lazy("đã xác minh"),
    "why": gettext_lazy("vì sao"),
}

WORDS: dict[str, str | Promise] = {  # codes that stand in details
    **{role.code: role.name for role in ROLES.values()},
    **{choice.value: choice.label for words in (Purpose, RequestKind, Why) for choice in words},
}


class DeedTable(tables.Table):
    """Lines of the log: who, what, when, why, before and after. Details are ids, counts and codes."""

    at = tables.DateTimeColumn(verbose_name=gettext_lazy("Lúc"), format="H:i:s j/n/Y")
    doer = tables.Column(verbose_name=gettext_lazy("Người làm"), default=gettext_lazy("phần mềm tự làm"))
    verb = tables.Column(verbose_name=gettext_lazy("Việc"))
    unit_name = tables.Column(verbose_name=gettext_lazy("Đơn vị"), default="")
    object_id = tables.Column(verbose_name=gettext_lazy("Bản ghi"), orderable=False)
    reason = tables.Column(verbose_name=gettext_lazy("Lý do"), orderable=False, default="")
    details = tables.Column(verbose_name=gettext_lazy("Chi tiết"), orderable=False, default="")

    empty_text = gettext_lazy("Chưa có việc nào được ghi")
    empty_hint = gettext_lazy("Thử một việc khác hoặc nhiều ngày hơn.")

    def render_verb(self, value: str) -> str:
        return str(VERBS.get(value, value))

    def render_object_id(self, record: Any) -> str:
        return f"{apps.get_model(record.object_type)._meta.verbose_name} {record.object_id}"

    def render_details(self, value: dict[str, object]) -> str:
        return "; ".join(f"{DETAILS.get(key, key)}: {WORDS.get(str(one)) or _shown(one)}" for key, one in value.items())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items())
    return "—" if value in (None, "") else str(value)
