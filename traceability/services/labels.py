"""Label sheets: asked for by the producer, drawn by the worker.

Serials are reserved when a sheet is asked for, so drawing it again, by whomever and however often,
gives the same labels. A worker owns a job as long as the job's last sign is its own: one that fell
silent is overtaken, and finds out at its next sign.
"""

import datetime as dt
import string
import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock, outbox
from core.money import format_vnd
from core.services import audit
from core.storage import private_storage
from core.templatetags.market import number
from traceability import policies, verdicts
from traceability.errors import InvalidLabelJob
from traceability.labels import PAPERS, Face, Mark, write
from traceability.models import Code, LabelJob, Lot, Serial
from traceability.services import codes, pictures

S = LabelJob.Status
MOST = 20_000  # labels of a sheet, as the database has it too
SILENCE = dt.timedelta(minutes=3)  # a job that gave no sign for so long lost its worker
SERIAL_LENGTH = 10  # 30¹⁰ values: of a lot of a million, one guess in 590 million hits
CHECK_LENGTH = 6  # digits, asked for together with the serial
_SIGN_EVERY = 100  # labels
_ATTEMPTS = 5


class Overtaken(Exception):
    """Another worker has the job now."""


def ask(
    *,
    lot: Lot,
    paper: str,
    count: int,
    with_serials: bool,
    with_price: bool,
    actor: Any,
    with_checks: bool = False,
    at: dt.datetime | None = None,
) -> LabelJob:
    """Ask for a sheet of ``count`` labels; each with a serial, and a scratch code, where wanted.

    Raises NotAllowed, InvalidLabelJob with the field.
    """
    policies.require_member(actor, lot)
    _check_size(paper, count)
    if with_checks and not with_serials:
        raise InvalidLabelJob(_("Mã cào đi cùng số riêng. Hãy chọn cả hai."), data={"field": "with_checks"})
    if with_price and lot.product.price_from is None:
        raise InvalidLabelJob(
            _("Sản phẩm chưa có giá bán để in. Hãy nhập giá ở trang sản phẩm, hoặc in tem không có giá."),
            data={"field": "with_price"},
        )
    if not lot.may_be_sold(on=clock.day_of(at or clock.now())):
        raise InvalidLabelJob(
            _("Lô này quá hạn hoặc đang thu hồi, không in thêm tem được."), data={"field": "lot"}
        )
    with transaction.atomic():
        if with_serials:
            _check_serials_left(lot, count)
        job = LabelJob.objects.create(
            lot=lot,
            paper=paper,
            count=count,
            with_serials=with_serials,
            with_price=with_price,
            asked_by=getattr(actor, "pk", None),
            asked_at=at or clock.now(),
        )
        if with_serials:
            _reserve(job, with_checks)
        audit.record(
            action="traceability.labels.asked",
            obj=job,
            actor=actor,
            at=at,
            changes={"count": [None, count], "paper": [None, paper]},
        )
        outbox.publish("traceability.labels_asked", {"id": job.pk})
    return job


def _check_size(paper: str, count: int) -> None:
    if paper not in PAPERS:
        raise InvalidLabelJob(_("Hãy chọn khổ giấy."), data={"field": "paper"})
    if not 1 <= count <= MOST:
        bound = _("Mỗi lần in được từ 1 đến %s tem. Cần nhiều hơn, hãy chia thành nhiều lần in.")
        raise InvalidLabelJob(bound % number(MOST), data={"field": "count", "most": MOST})


def _check_serials_left(lot: Lot, count: int) -> None:
    """No more numbers than items, under the lot's lock; a spoilt sheet is printed again from its own file."""
    Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    left = max(lot.quantity - Serial.objects.filter(lot=lot).count(), 0)
    if count > left:
        bound = _("Lô có %(all)s sản phẩm, chỉ còn %(left)s sản phẩm chưa có số riêng.")
        raise InvalidLabelJob(
            bound % {"all": number(lot.quantity), "left": number(left)}, data={"field": "count", "most": left}
        )


def _reserve(job: LabelJob, with_checks: bool) -> None:
    for _attempt in range(_ATTEMPTS):
        values: set[str] = set()
        while len(values) < job.count:
            values.add(codes.draw(length=SERIAL_LENGTH))
        rows = [
            Serial(
                lot_id=job.lot_id,
                job=job,
                position=position,
                value=value,
                check_code=codes.draw(length=CHECK_LENGTH, letters=string.digits) if with_checks else "",
            )
            for position, value in enumerate(values, 1)
        ]
        try:
            with transaction.atomic():
                Serial.objects.bulk_create(rows, batch_size=2000)
        except IntegrityError:
            continue  # one is taken in this lot: draw all again
        return
    raise RuntimeError("no free serials found")


# --- The worker ---


def draw(*, job_id: int) -> None:
    """Draw a waiting sheet; does nothing where another has it or it is done."""
    moment = clock.now()
    if LabelJob.objects.filter(pk=job_id, status=S.WAITING).update(status=S.WORKING, worked_at=moment):
        _work(job_id, moment)


def resume(*, at: dt.datetime | None = None) -> int:
    """Draw the sheets that nobody draws, each handed to this caller only; returns how many."""
    moment = at or clock.now()
    long_ago = moment - SILENCE
    silent = Q(status=S.WORKING, worked_at__lte=long_ago) | Q(status=S.WAITING, asked_at__lte=long_ago)
    taken = 0
    for pk in LabelJob.objects.filter(silent).order_by("pk").values_list("pk", flat=True):
        # One by one: the sign must be fresh when its turn comes.
        sign = max(moment, clock.now())
        if LabelJob.objects.filter(silent, pk=pk).update(status=S.WORKING, worked_at=sign):
            taken += 1
            _work(pk, sign)
    return taken


def again(*, job: LabelJob, actor: Any) -> None:
    """Try a failed sheet once more, with the serials that it has. Raises NotAllowed."""
    policies.require_member(actor, job.lot)
    with transaction.atomic():
        failed = LabelJob.objects.filter(pk=job.pk, status=S.FAILED)
        if failed.update(status=S.WAITING, done=0, asked_at=clock.now()):
            audit.record(action="traceability.labels.again", obj=job, actor=actor)
            outbox.publish("traceability.labels_asked", {"id": job.pk})


def _work(job_id: int, sign: dt.datetime) -> None:
    """Draw and store the sheet whose last sign is ours."""
    job = LabelJob.objects.select_related("lot__product__producer", "lot__code_row").get(pk=job_id)
    claim = _Claim(job_id, sign)
    title = _("Tem %(product)s, lô %(lot)s") % {"product": job.lot.product.name, "lot": job.lot.code}
    try:
        with tempfile.TemporaryFile() as stream:
            write(
                stream,
                paper=PAPERS[job.paper],
                face=_face(job),
                marks=_marks(job),
                title=title,
                told=claim.tell,
            )
            claim.renew(done=job.count)  # whoever was overtaken must not touch the file
            stream.seek(0)
            name = _store(f"labels/{job_id}.pdf", File(stream))
        claim.renew(status=S.DONE, file=name)
    except Overtaken:
        return
    except Exception:
        claim.rows.update(status=S.FAILED)
        raise


class _Claim:
    """A worker's hold on a job: good as long as the job's last sign is the one given here."""

    def __init__(self, job_id: int, sign: dt.datetime) -> None:
        self.job_id, self.sign = job_id, sign

    @property
    def rows(self) -> QuerySet[LabelJob]:
        return LabelJob.objects.filter(pk=self.job_id, status=S.WORKING, worked_at=self.sign)

    def renew(self, **values: Any) -> None:
        """Give a sign of life and store values with it. Raises Overtaken."""
        sign = max(clock.now(), self.sign + dt.timedelta(microseconds=1))  # never the same twice
        if not self.rows.update(worked_at=sign, **values):
            raise Overtaken
        self.sign = sign

    def tell(self, done: int) -> None:
        if done % _SIGN_EVERY == 0:
            self.renew(done=done)


def _store(name: str, content: File) -> str:
    """Under one name for each job: what a killed run left is replaced."""
    storage = private_storage()
    if storage.exists(name):
        storage.delete(name)
    return storage.save(name, content)


def _face(job: LabelJob) -> Face:
    """The star only where it is live today, with its last day: the label outlives it."""
    lot, product = job.lot, job.lot.product
    price = ""
    if job.with_price and product.price_from is not None:
        price = format_vnd(product.price_from) + (f" / {product.price_pack}" if product.price_pack else "")
    is_live = verdicts.star_of(product, on=clock.today()) == "live"
    return Face(
        product=product.name,
        producer=product.producer.name,
        lot=lot.code,
        produced_on=lot.produced_on,
        expires_on=lot.expires_on,
        price=price,
        stars=product.stars if is_live else None,
        star_until=product.stars_valid_until if is_live else None,
    )


def _marks(job: LabelJob) -> Iterator[Mark]:
    code: Code = job.lot.code_row
    code.lot, code.product = job.lot, job.lot.product  # known already
    if not job.with_serials:
        yield from [Mark(pictures.address(code=code))] * job.count
        return
    rows = Serial.objects.filter(job=job).order_by("position").values_list("value", "check_code")
    for value, check in rows.iterator(chunk_size=500):
        yield Mark(pictures.address(code=code, serial=value), value, check)
