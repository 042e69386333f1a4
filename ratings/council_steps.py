"""What the secretary may do with a session and with each dossier in it, as buttons with a page each.

The same steps stand on the live screen and, those of the session, in the province's admin site.
"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
)

from core.steps import ReasonForm, Step
from ratings.models import Council, CouncilMember, Dossier
from ratings.services import councils, hearings
from ratings.states import CouncilStatus, DossierStatus, ItemStatus

C, S = CouncilStatus, ItemStatus


def waiting_for(council: Council) -> QuerySet[Dossier]:
    """Dossiers of the province that wait for a council and are in no session."""
    rows = Dossier.objects.filter(province=council.province_id, status=DossierStatus.COUNCIL)
    return rows.exclude(hearings__status__in=[S.WAITING, S.SCORING, S.DISCUSSING, S.BLOCKED]).order_by(
        "due_on", "pk"
    )


class DossierChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {obj.product.name} ({obj.product.producer.name})"


class MemberChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user} · {obj.title or obj.get_role_display()}"


class DossiersForm(forms.Form):
    dossiers = DossierChoice(
        Dossier.objects.none(), label=_("Hồ sơ chờ hội đồng"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dossiers"].queryset = waiting_for(self.initial["council"]).select_related(  # type: ignore[attr-defined]
            "product__producer"
        )


class AttendanceForm(forms.Form):
    present = MemberChoice(
        CouncilMember.objects.none(),
        label=_("Có mặt"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = self.initial["council"].members.select_related("user")  # type: ignore[attr-defined]


class DiscussionForm(forms.Form):
    discussion = forms.CharField(
        label=_("Nội dung thảo luận"), max_length=4000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6})
    )


class StopForm(ReasonForm):
    decision = forms.ChoiceField(
        label=_("Hội đồng kết luận"),
        choices=[
            ("upheld", _("Đúng là vi phạm điều kiện loại: hồ sơ bị loại")),
            ("dismissed", _("Không vi phạm: các thành viên chấm lại vòng mới")),
        ],
        widget=UnfoldAdminRadioSelectWidget,
    )
    field_order = ["decision", "reason"]


SESSION_STEPS = (
    Step(
        slug="them-ho-so",
        label=_("Thêm hồ sơ"),
        icon="playlist_add",
        look="plain",
        form=DossiersForm,
        initial=lambda council: {"council": council},
        run=lambda council, actor, data: councils.put_on(
            council=council, dossiers=data["dossiers"], actor=actor
        ),
        offered=lambda council: council.status != C.CLOSED,
        ask=_("Chọn những hồ sơ mà phiên này sẽ chấm. Thứ tự chấm là thứ tự thêm vào."),
        done=_("Đã thêm hồ sơ vào phiên."),
    ),
    Step(
        slug="diem-danh",
        label=_("Điểm danh"),
        icon="how_to_reg",
        look="plain",
        form=AttendanceForm,
        initial=lambda council: {
            "council": council,
            "present": [member.pk for member in council.members.all() if member.is_present],
        },
        run=lambda council, actor, data: councils.attend(
            council=council, present={member.pk for member in data["present"]}, actor=actor
        ),
        offered=lambda council: council.status != C.CLOSED,
        ask=_(
            "Đánh dấu những người đang có mặt. Người đến muộn nhận phiếu của hồ sơ đang chấm ngay khi có mặt."
        ),
        done=_("Đã ghi điểm danh."),
    ),
    Step(
        slug="khai-mac",
        label=_("Khai mạc phiên"),
        icon="play_circle",
        run=lambda council, actor, data: councils.open_session(council=council, actor=actor),
        offered=lambda council: council.status == C.PLANNED,
        ask=_(
            "Từ lúc khai mạc, danh sách thành viên không đổi được nữa. Cần chủ tịch và đủ số người có mặt."
        ),
        done=_("Phiên đã khai mạc."),
    ),
    Step(
        slug="ket-thuc",
        label=_("Kết thúc phiên"),
        icon="stop_circle",
        look="plain",
        run=lambda council, actor, data: councils.close_session(council=council, actor=actor),
        offered=lambda council: council.status == C.OPEN,
        ask=_("Phiên kết thúc khi mọi hồ sơ đã có kết quả hoặc đã đưa ra khỏi phiên."),
        done=_("Phiên đã kết thúc. Biên bản và phiếu chấm có thể tải về."),
    ),
)

ITEM_STEPS = (
    Step(
        slug="bat-dau",
        label=_("Bắt đầu chấm"),
        icon="play_arrow",
        run=lambda item, actor, data: hearings.start(item=item, actor=actor),
        offered=lambda item: item.status == S.WAITING and item.council.status == C.OPEN,
        ask=_("Mỗi thành viên có mặt nhận một phiếu trống."),
        done=_("Đã phát phiếu. Các thành viên có thể chấm."),
    ),
    Step(
        slug="chot",
        label=_("Chốt kết quả"),
        icon="task_alt",
        look="plain",
        run=lambda item, actor, data: hearings.settle(item=item, actor=actor),
        offered=lambda item: item.status == S.SCORING,
        ask=_(
            "Kết quả được tính từ các phiếu đã khóa; phiếu chưa khóa không được tính nữa. Cần phiếu của "
            "chủ tịch và đủ số phiếu theo quy định của phiên. Khi mọi người có mặt đã khóa thì kết quả tự "
            "chốt, không cần bước này."
        ),
        done=_("Đã chốt kết quả."),
    ),
    Step(
        slug="cham-lai",
        label=_("Ghi thảo luận, chấm lại"),
        icon="forum",
        form=DiscussionForm,
        run=lambda item, actor, data: hearings.rescore(item=item, discussion=data["discussion"], actor=actor),
        offered=lambda item: item.status == S.DISCUSSING,
        ask=_(
            "Điểm của các thành viên lệch nhau quá 10 điểm. Ghi nội dung đã thảo luận; sau đó mọi người "
            "chấm lại."
        ),
        done=_("Đã mở vòng chấm mới. Phiếu vòng trước được giữ lại."),
    ),
    Step(
        slug="dieu-kien-loai",
        label=_("Giải quyết điều kiện loại"),
        icon="gavel",
        form=StopForm,
        run=lambda item, actor, data: hearings.resolve_stop(
            item=item, is_upheld=data["decision"] == "upheld", reason=data["reason"], actor=actor
        ),
        offered=lambda item: item.status == S.BLOCKED,
        ask=_("Có thành viên nêu điều kiện loại. Ghi kết luận của hội đồng và lý do."),
        done=_("Đã ghi kết luận của hội đồng."),
    ),
    Step(
        slug="tra-lai",
        label=_("Trả lại bổ sung"),
        icon="undo",
        look="danger",
        form=ReasonForm,
        run=lambda item, actor, data: hearings.send_back(item=item, reason=data["reason"], actor=actor),
        offered=lambda item: item.status not in (S.DONE, S.REMOVED) and item.council.status == C.OPEN,
        ask=_(
            "Hồ sơ ra khỏi phiên và về chủ thể để bổ sung minh chứng hoặc kiểm nghiệm. Chủ thể được báo "
            "lý do; khi nộp lại, hồ sơ qua tổ tư vấn rồi vào một phiên khác."
        ),
        done=_("Đã trả hồ sơ để bổ sung."),
    ),
    Step(
        slug="dua-ra",
        label=_("Đưa ra khỏi phiên"),
        icon="remove_circle",
        look="danger",
        form=ReasonForm,
        run=lambda item, actor, data: councils.take_off(item=item, reason=data["reason"], actor=actor),
        offered=lambda item: item.status not in (S.DONE, S.REMOVED) and item.council.status != C.CLOSED,
        ask=_("Hồ sơ vẫn chờ hội đồng và có thể đưa vào một phiên khác."),
        done=_("Đã đưa hồ sơ ra khỏi phiên."),
    ),
)
