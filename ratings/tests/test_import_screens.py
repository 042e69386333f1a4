"""The way of a list through the province's desk, without JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings.models import Certificate, ImportBatch
from ratings.tests import messy
from ratings.tests.lists import GOOD, HEADINGS, checked, xlsx

pytestmark = pytest.mark.django_db


def url(name, batch=None):
    return reverse(f"province:ratings_importbatch_{name}", args=[batch.pk] if batch else [])


def step(client, batch, slug, **data):
    return client.post(reverse("province:ratings_importbatch_step", args=[batch.pk, slug]), data)


def test_from_upload_to_undo(officer, da_nang, client_for):
    client = client_for(officer)
    file = SimpleUploadedFile("danh sách.xlsx", messy.workbook())
    answer = client.post(url("upload"), {"file": file, "province": da_nang.pk})
    batch = ImportBatch.objects.get()
    assert answer["Location"] == url("sheet", batch)
    page = client.get(url("sheet", batch)).content.decode()
    assert "DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN" in page
    assert "cột ẩn" in page
    chosen = {"sheet": "", "header_row": 6, "header_height": 2}
    assert client.post(url("sheet", batch), chosen)["Location"] == url("sheet", batch)  # to look again
    assert client.post(url("sheet", batch), chosen)["Location"] == url("columns", batch)
    form = client.get(url("columns", batch)).context["form"]
    mapping = {name: field.initial for name, field in form.fields.items()}
    refused = client.post(url("columns", batch), mapping | {"c-1": ""})
    assert refused.status_code == 422
    assert "“Tên sản phẩm”" in refused.content.decode()
    assert client.post(url("columns", batch), mapping)["Location"] == url("rows", batch)

    errors = client.get(url("rows", batch), {"kq": "error"})
    wrong = errors.context["shown"].rows[0]
    assert [cell.field for cell in wrong.cells] == ["stars"]
    pk = wrong.row.pk
    back = client.post(url("rows", batch) + "?kq=error", {"dong": [pk], f"o-{pk}-stars": "3 sao"})
    assert back["Location"].endswith("?kq=error")
    batch.refresh_from_db()
    assert batch.counts["error"] == 3
    assert step(client, batch, "nhap-vao-so").status_code == 409  # questions are open
    client.post(url("rows", batch), {"tat-ca": "skip"})
    assert step(client, batch, "nhap-vao-so").status_code == 302
    assert Certificate.objects.count() == 8
    assert "Đã nhập" in client.get(url("change", batch)).content.decode()
    assert step(client, batch, "hoan-tac").status_code == 422  # asks why
    assert step(client, batch, "hoan-tac", reason="nhầm tệp").status_code == 302
    assert not Certificate.objects.exists()


def test_a_refused_file_keeps_the_form(officer, da_nang, client_for):
    file = SimpleUploadedFile("a.xlsx", b"PK\x03\x04 broken")
    answer = client_for(officer).post(url("upload"), {"file": file, "province": da_nang.pk})
    assert answer.status_code == 422
    assert "hỏng" in answer.content.decode()


def test_officers_see_and_import_their_own_lists_only(officer, da_nang, cast, client_for):
    batch = checked(xlsx(HEADINGS, GOOD), officer, da_nang)
    for name in ("sheet", "columns", "rows", "errors", "change"):
        assert client_for(cast.other_officer).get(url(name, batch)).status_code == 404
        assert client_for(cast.commune_officer).get(url(name, batch)).status_code == 404
        assert client_for(cast.owner).get(url(name, batch)).status_code == 403
    for who in (cast.commune_officer, cast.council_member, cast.owner):
        assert client_for(who).get(url("upload")).status_code == 403
    offered = client_for(cast.other_officer).get(url("upload")).context["form"].fields["province"].queryset
    assert [province.pk for province in offered] == ["51"]
    file = SimpleUploadedFile("a.xlsx", xlsx(HEADINGS, GOOD))
    answer = client_for(cast.other_officer).post(url("upload"), {"file": file, "province": da_nang.pk})
    assert answer.status_code == 422
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("query", [{}, {"kq": "created"}, {"sua": "1"}])
def test_a_page_of_rows_costs_the_same_for_one_and_for_many(officer, da_nang, client_for, query):
    client = client_for(officer)

    def cost(rows):
        content = xlsx(HEADINGS, *([f"Mật ong số {n}", *GOOD[1:]] for n in range(rows)))
        batch = checked(content, officer, da_nang)
        client.get(url("rows", batch), query)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url("rows", batch), query).status_code == 200
        return len(asked)

    assert cost(1) == cost(20)


def test_what_is_typed_into_the_table_is_shown_as_text(officer, da_nang, client_for):
    batch = checked(xlsx(HEADINGS, ["<script>alert(1)</script>", *GOOD[1:]]), officer, da_nang)
    page = client_for(officer).get(url("rows", batch) + "?sua=1").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
