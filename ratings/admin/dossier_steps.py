"""The steps that desks take with a dossier: one button and one page each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from core.steps import Step
from ratings import policies
from ratings.models import Criterion, Dossier
from ratings.services import desks
from ratings.states import DossierStatus

S = DossierStatus


class SeenForm(forms.Form):
    """Carries what the officer saw when asked: a step is not taken from anywhere else."""

    seen = forms.CharField(widget=forms.HiddenInput)


class GiveBackForm(SeenForm):
    reason = forms.CharField(
        label=_("Cần bổ sung, sửa những gì"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("Chủ thể đọc nguyên văn. Ghi từng việc trên một dòng, nêu số tiêu chí."),
    )


class RejectForm(SeenForm):
    criterion = forms.ModelChoiceField(
        label=_("Tiêu chí có điều kiện loại"),
        queryset=Criterion.objects.none(),
        widget=UnfoldAdminSelectWidget,
        empty_label=_("Chọn tiêu chí"),
    )
    reason = forms.CharField(
        label=_("Căn cứ"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Chủ thể đọc nguyên văn."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criterion"]
        field.queryset = self.initial["criteria"]  # type: ignore[attr-defined]
        field.label_from_instance = lambda c: f"{c} – {c.stop_rule}"  # type: ignore[attr-defined]


def _run(service: Callable[..., Any]) -> Callable[[Dossier, Any, Mapping[str, Any]], Any]:
    def run(dossier: Dossier, actor: Any, data: Mapping[str, Any]) -> Any:
        dossier.status = data["seen"]
        asked = {name: value for name, value in data.items() if name != "seen"}
        return service(dossier=dossier, actor=actor, **asked)

    return run


def _step(slug: str, service: Callable[..., Any], on: Sequence[str], **more: Any) -> Step:
    return Step(
        slug=slug,
        run=_run(service),
        offered=more.pop("offered", lambda dossier: dossier.status in on),
        allowed=lambda request, dossier: policies.holds(request.user, dossier),
        form=more.pop("form", SeenForm),
        initial=more.pop("initial", lambda dossier: {"seen": dossier.status}),
        **more,
    )


STEPS = (
    _step(
        "tiep-nhan",
        desks.receive,
        [S.SUBMITTED],
        label=_("Tiếp nhận hồ sơ"),
        ask=_("Xã nhận hồ sơ và bắt đầu kiểm tra các tiêu chí của mình."),
        done=_("Đã tiếp nhận. Mời trả lời các tiêu chí của xã."),
        icon="inbox",
    ),
    _step(
        "chuyen-tinh",
        desks.forward_from_commune,
        [S.COMMUNE_CHECK],
        label=_("Xác nhận và chuyển lên tỉnh"),
        ask=_("Các câu trả lời của xã được chốt và gửi tổ tư vấn của tỉnh."),
        done=_("Đã chuyển hồ sơ lên tổ tư vấn."),
        icon="send",
    ),
    _step(
        "chuyen-hoi-dong",
        desks.forward_to_council,
        [S.ADVISORY],
        label=_("Chuyển hội đồng"),
        ask=_("Điểm của tổ tư vấn được chốt và gửi hội đồng cùng hồ sơ."),
        done=_("Đã chuyển hồ sơ cho hội đồng."),
        icon="send",
    ),
    _step(
        "tra-lai",
        desks.give_back,
        list(desks.RETURNS_TO),
        label=_("Trả lại để bổ sung"),
        ask=_("Chủ thể được báo lý do, bổ sung rồi nộp lại; hồ sơ khi đó về lại bàn này."),
        done=_("Đã trả lại hồ sơ. Chủ thể được báo lý do."),
        form=GiveBackForm,
        look="plain",
        icon="undo",
    ),
    _step(
        "loai",
        desks.reject,
        [],
        offered=lambda dossier: desks.stop_rules(dossier).exists(),
        initial=lambda dossier: {"seen": dossier.status, "criteria": desks.stop_rules(dossier)},
        label=_("Loại theo điều kiện loại"),
        ask=_("Hồ sơ kết thúc ở đây và không chấm nữa. Chủ thể được báo căn cứ."),
        done=_("Đã loại hồ sơ. Chủ thể được báo căn cứ."),
        form=RejectForm,
        look="danger",
        icon="block",
    ),
)
