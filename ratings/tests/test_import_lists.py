"""A messy workbook from upload to the register and back, and what must not get in."""

import pytest

from catalog.models import Product
from catalog.services import products
from core.errors import FileRefused, ForbiddenTransition, NotAllowed
from core.models import OutboxDelivery
from core.services import delivery
from producers.models import Producer
from ratings.models import Certificate, ColumnMapping, RatingDecision
from ratings.services import corrections, import_batches, import_undo
from ratings.tests import messy
from ratings.tests.lists import GOOD, HEADINGS, checked, xlsx

pytestmark = pytest.mark.django_db

REGISTER = (RatingDecision, Producer, Product, Certificate)
EXPECTED = {"created": 7, "duplicate": 2, "skipped": 1, "error": 4, "section": 5}


def dump():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in REGISTER}


@pytest.fixture
def messy_batch(officer, da_nang):
    return checked(messy.workbook(), officer, da_nang, sheet="")


def row_of(batch, number, sheet="Năm 2025"):
    return batch.rows.get(sheet=sheet, row_number=number)


def settle(batch, officer, first="update", second="other"):
    """Answer the two questions of the messy list."""
    asking = batch.rows.filter(outcome="duplicate").order_by("pk").values_list("pk", flat=True)
    choices = dict(zip(asking, (first, second), strict=True))
    return import_batches.revise(batch=batch, cells={}, choices=choices, actor=officer)


def test_the_messy_list_is_read_row_by_row(messy_batch):
    assert (messy_batch.sheet, messy_batch.header_row, messy_batch.header_height) == ("", 6, 2)
    assert messy_batch.counts == EXPECTED
    outcomes = list(messy_batch.rows.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == [outcome for outcome, _cells in messy.YEAR_2025 + messy.YEAR_2022]
    assert not Certificate.objects.exists()


def test_merged_and_section_rows_say_what_cells_do_not(messy_batch):
    second = row_of(messy_batch, 11)
    assert second.raw["subject"] == "HTX Duy Sơn"
    assert (row_of(messy_batch, 10).raw["stars"], row_of(messy_batch, 10).raw["district"]) == (
        "4 sao",
        "Huyện Duy Xuyên",
    )
    # "B. 3 sao" ends the districts under "A. 4 sao".
    assert "district" not in row_of(messy_batch, 15).raw
    assert row_of(messy_batch, 8, "Năm 2022").raw["award_year"] == "2022"


def test_messages_tell_what_was_done_to_a_row(messy_batch):
    old_font = row_of(messy_batch, 13).message
    assert "đã đổi phông TCVN3" in old_font
    assert "lấy số đầu" in old_font
    assert "Cột thời hạn ghi “31/12/2026”" in old_font
    assert "36 tháng: đến 15/10/2028" in row_of(messy_batch, 10).message
    assert (
        "gõ lại ô này bằng Unicode" in messy_batch.rows.get(outcome="error", raw__name="Mật ong r?ng").message
    )
    assert "tương lai" in messy_batch.rows.get(raw__name="Sản phẩm ngày mai").message
    assert "Quảng Ngãi" in messy_batch.rows.get(raw__name="Quế Trà Bồng").message


def test_the_messy_list_goes_in_and_a_second_time_changes_nothing(messy_batch, officer, da_nang):
    settle(messy_batch, officer, first="skip")
    assert messy_batch.counts == {"created": 8, "skipped": 2, "error": 4, "section": 5}
    import_batches.confirm(batch=messy_batch, actor=officer)
    assert messy_batch.status == "applied"
    assert Certificate.objects.count() == 8
    rice = Product.objects.get(name="Thanh gạo lứt")
    assert sorted(rice.certificates.values_list("stars", "status")) == [(3, "superseded"), (4, "issued")]
    assert (rice.stars, rice.commune.name) == (4, "Xã Duy Xuyên")
    assert rice.producer.phone == "+84905123456"
    assert Product.objects.get(name="Bánh đậu xanh").producer.name == "Cơ sở Phố cổ"
    assert Product.objects.get(name="Trà gừng mật ong").producer == rice.producer
    sauces = Product.objects.filter(name="Nước mắm Cửa Khe 40 độ")
    assert sorted(sauces.values_list("stars", flat=True)) == [3, 4]  # another product of the same name
    assert Producer.objects.filter(name="Hộ Trần Thị A").count() == 1

    before = dump()
    again = checked(messy.workbook(), officer, da_nang, sheet="")
    # What was left out is asked again; everything else is known.
    assert again.counts == {"unchanged": 8, "duplicate": 1, "skipped": 1, "error": 4, "section": 5}
    import_batches.answer_all(batch=again, choice="skip", actor=officer)
    with pytest.raises(import_batches.NothingToImport):
        import_batches.confirm(batch=again, actor=officer)
    assert dump() == before


def test_a_question_answered_with_update_corrects_the_earlier_row(messy_batch, officer):
    settle(messy_batch, officer, first="update", second="update")
    assert messy_batch.counts == {"created": 7, "updated": 2, "skipped": 1, "error": 4, "section": 5}
    import_batches.confirm(batch=messy_batch, actor=officer)
    fixed = Certificate.objects.get(product_name="Nước mắmm Cửa Khe 30 độ")
    assert (fixed.stars, fixed.score, fixed.decision.number) == (3, 57, "12/QĐ-UBND")
    assert Certificate.objects.get(product_name="Nước mắm Cửa Khe 40 độ").stars == 4
    assert Certificate.objects.count() == 7


def test_undo_restores_the_register_to_the_byte(messy_batch, officer, da_nang):
    known = [*GOOD]
    first = checked(xlsx(HEADINGS, known), officer, da_nang)
    import_batches.confirm(batch=first, actor=officer)
    before = dump()
    changed = ["Mật ong", "HTX Rừng", "Đà Nẵng", "4", "13/QĐ-UBND", "20/10/2025"]
    renewed = ["Mật ong", "HTX Rừng", "Đà Nẵng", "3", "9/QĐ-UBND", "20/10/2026"]
    fresh = ["Trà sen", "HTX Rừng", "Đà Nẵng", "3", "9/QĐ-UBND", "20/10/2026"]
    second = checked(xlsx(HEADINGS, changed, renewed, fresh), officer, da_nang)
    assert second.counts == {"updated": 1, "created": 2}
    import_batches.confirm(batch=second, actor=officer)
    assert Product.objects.get(name="Mật ong").stars == 3
    settle(messy_batch, officer)
    import_batches.confirm(batch=messy_batch, actor=officer)
    assert dump() != before
    import_undo.undo(batch=messy_batch, actor=officer, reason="thử")
    import_undo.undo(batch=second, actor=officer, reason="nhầm tệp")
    assert dump() == before
    assert (second.status, messy_batch.status) == ("undone", "undone")
    # Its number is not given to anything else.
    assert Certificate.objects.get().number.endswith("-00001")
    import_undo.undo(batch=second, actor=officer, reason="lần nữa")  # asked again: nothing more
    assert dump() == before


def test_undo_is_refused_with_what_has_happened_since(officer, da_nang, make_product):
    batch = checked(xlsx(HEADINGS, GOOD, ["Trà sen", *GOOD[1:]]), officer, da_nang)
    import_batches.confirm(batch=batch, actor=officer)
    certificate = Certificate.objects.get(product_name="Mật ong")
    corrections.correct(
        certificate=certificate, values={"product_name": "Mật ong rừng"}, reason="in sai", actor=officer
    )
    products.add_variant(product=Product.objects.get(name="Trà sen"), name="gói", price=1000, actor=None)
    before = dump()
    with pytest.raises(import_undo.UndoRefused) as refused:
        import_undo.undo(batch=batch, actor=officer)
    reasons = " ".join(refused.value.data["reasons"])
    assert "“Mật ong rừng” đã được sửa" in reasons or "“Mật ong” đã được sửa" in reasons
    assert "“Trà sen” đã có" in reasons
    batch.refresh_from_db()
    assert (batch.status, dump()) == ("applied", before)


def test_a_product_whose_code_may_be_printed_is_hidden_instead(officer, da_nang):
    batch = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    import_batches.confirm(batch=batch, actor=officer)
    for waiting in OutboxDelivery.objects.filter(message__topic="catalog.product_published"):
        delivery.run(waiting.pk)
    import_undo.undo(batch=batch, actor=officer)
    product = Product.objects.get(name="Mật ong")
    assert (product.status, product.stars, Certificate.objects.count()) == ("hidden", None, 0)
    again = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    import_batches.confirm(batch=again, actor=officer)
    product.refresh_from_db()
    assert (product.status, product.stars) == ("published", 4)


def test_a_later_list_stands_in_the_way_of_taking_back_the_earlier(officer, da_nang):
    first = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    import_batches.confirm(batch=first, actor=officer)
    second = checked(xlsx(HEADINGS, [*GOOD[:4], "13/QĐ-UBND", GOOD[5]]), officer, da_nang)
    import_batches.confirm(batch=second, actor=officer)
    with pytest.raises(import_undo.UndoRefused):
        import_undo.undo(batch=first, actor=officer)
    import_undo.undo(batch=second, actor=officer)
    import_undo.undo(batch=first, actor=officer)
    assert not Certificate.objects.exists()
    with pytest.raises(ForbiddenTransition):
        import_undo.undo(batch=checked(xlsx(HEADINGS, GOOD), officer, da_nang), actor=officer)


def test_a_cell_is_corrected_for_this_import_and_the_list_checked_again(officer, da_nang):
    batch = checked(xlsx(HEADINGS, [*GOOD[:3], "nhiều", *GOOD[4:]]), officer, da_nang)
    row = batch.rows.get()
    assert (row.outcome, row.column) == ("error", "stars")
    import_batches.revise(batch=batch, cells={row.pk: {"stars": " 4 sao "}}, choices={}, actor=officer)
    row.refresh_from_db()
    assert (row.outcome, row.raw["stars"], batch.edits["cells"]) == (
        "created",
        "nhiều",
        {str(row.pk): {"stars": "4 sao"}},
    )
    import_batches.confirm(batch=batch, actor=officer)
    assert Certificate.objects.get().stars == 4


def test_doubtful_rows_must_be_decided(messy_batch, officer):
    with pytest.raises(import_batches.Undecided):
        import_batches.confirm(batch=messy_batch, actor=officer)
    import_batches.answer_all(batch=messy_batch, choice="skip", actor=officer)
    assert messy_batch.counts["skipped"] == 3
    import_batches.confirm(batch=messy_batch, actor=officer)
    assert Certificate.objects.count() == 7


def test_the_columns_are_remembered_by_shape_and_province(officer, da_nang):
    headings = ["Hàng", "Nhà làm", "Hạng", "Quyết định nào"]
    content = xlsx(headings, ["Mật ong", "HTX Rừng", "4", "12/QĐ-UBND"])
    batch = import_batches.upload(content=content, name="a.xlsx", province=da_nang, actor=officer)
    assert set(batch.mapping.values()) == {"stars"}
    chosen = {0: "name", 1: "subject", 2: "stars", 3: "decision_no"}
    import_batches.map_columns(batch=batch, mapping=chosen, actor=officer)
    assert ColumnMapping.objects.count() == 1
    again = import_batches.upload(content=content, name="b.xlsx", province=da_nang, actor=officer)
    assert again.mapping == {str(column): field for column, field in chosen.items()}
    with pytest.raises(FileRefused, match="Tên sản phẩm"):
        import_batches.map_columns(batch=again, mapping={2: "stars"}, actor=officer)
    with pytest.raises(FileRefused, match="Hai cột"):
        import_batches.map_columns(batch=again, mapping={0: "name", 1: "name", 2: "stars"}, actor=officer)


def test_a_long_list_goes_in_through_the_outbox(officer, da_nang, monkeypatch):
    monkeypatch.setattr(import_batches, "IN_BACKGROUND", 1)
    batch = checked(xlsx(HEADINGS, GOOD, ["Trà sen", *GOOD[1:]]), officer, da_nang)
    import_batches.confirm(batch=batch, actor=officer)
    assert (batch.status, Certificate.objects.count()) == ("working", 0)
    import_batches.confirm(batch=batch, actor=officer)  # a second click
    with pytest.raises(import_batches.NotInPreview):
        import_batches.answer_all(batch=batch, choice="skip", actor=officer)
    (waiting,) = OutboxDelivery.objects.filter(message__topic="ratings.import_confirmed")
    delivery.run(waiting.pk)
    import_batches.apply_confirmed(batch_id=batch.pk, actor=officer)  # delivered twice
    batch.refresh_from_db()
    assert (batch.status, Certificate.objects.count()) == ("applied", 2)


def test_only_offices_of_the_province_import(officer, da_nang, cast):
    for who in (cast.commune_officer, cast.owner, cast.buyer, cast.other_officer, cast.council_member):
        with pytest.raises(NotAllowed):
            import_batches.upload(content=xlsx(HEADINGS, GOOD), name="a.xlsx", province=da_nang, actor=who)
    with pytest.raises(NotAllowed):
        import_batches.upload(content=xlsx(HEADINGS, GOOD), name="a.xlsx", province=None, actor=officer)
    batch = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    for act in (import_batches.confirm, import_undo.undo):
        with pytest.raises(NotAllowed):
            act(batch=batch, actor=cast.commune_officer)
    of_all = checked(xlsx(HEADINGS, GOOD, [*GOOD[:2], "Quảng Ngãi", *GOOD[3:]]), cast.admin, None)
    assert of_all.counts == {"created": 2}


def test_what_was_issued_here_is_not_changed_by_a_list(officer, da_nang):
    batch = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    import_batches.confirm(batch=batch, actor=officer)
    Certificate.objects.update(natural_key="", source_row=None)  # as a signed decision leaves it
    assert checked(xlsx(HEADINGS, GOOD), officer, da_nang).counts == {"unchanged": 1}
    other = checked(xlsx(HEADINGS, [*GOOD[:3], "5", *GOOD[4:]]), officer, da_nang)
    assert other.counts == {"error": 1}
    assert "cấp tại đây" in other.rows.get().message
