"""The 192 real recognitions: counts verified by hand against the file, and what the public sees."""

import csv
import io
from collections import Counter

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.models import Product
from core.models import AuditEntry, OutboxMessage
from producers.models import Producer
from ratings.models import Certificate, ImportBatch, ImportRow, RatingDecision
from ratings.services import imports
from tests.country import RECOGNITIONS

pytestmark = pytest.mark.django_db

# By hand: of 192 rows, 64 name only a district and 21 only the province; 107 name a commune.
# 64 = 61 former districts + 2 × Lý Sơn (a special zone today, so placed) + Yên Dũng (had left
# the list before the reform).
# 107 = 103 placed + 1 split (Vĩnh Châu, Châu Đốc) + 3 not in the list (Quế Trung in Nông Sơn,
# a district that had left the list; twice Chũ, which had left Lục Ngạn).
PLACES = {"placed": 105, "district": 61, "split": 1, "unplaced": 25}
PROVINCES = {"24": 42, "48": 41, "51": 40, "40": 39, "91": 30}


@pytest.fixture(scope="module")
def source():
    with RECOGNITIONS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(content=None, name="danh-sach.csv", **options):
    content = RECOGNITIONS.read_bytes() if content is None else content
    return imports.run(content=content, name=name, actor=None, **options)


def test_every_row_is_accounted_for(recognised, source):
    assert len(source) == len(recognised.lines) == 192
    assert recognised.outcomes == {"created": 192, "unchanged": 0, "updated": 0, "error": 0}
    assert recognised.places == PLACES
    assert recognised.blank_stars == 5 == sum(not row["stars"] for row in source)
    assert recognised.before == Counter(row["province_at_award"] for row in source)
    assert recognised.now == Counter(row["province_since_2025_07"] for row in source)


def test_what_is_not_placed_says_why(recognised):
    wanting = [line for line in recognised.lines if line.place != "placed"]
    assert len(wanting) == 87
    assert all(line.message for line in wanting)
    (split,) = [line for line in recognised.lines if line.place == "split"]
    assert (split.raw["commune"], split.number) == ("Vĩnh Châu", 183)
    assert "Phường Châu Đốc, Phường Vĩnh Tế" in split.message
    reasons = Counter(line.message for line in wanting if line.place == "unplaced")
    assert reasons == {
        "Nguồn chỉ nêu tỉnh.": 21,
        "Danh mục không có “Quế Trung, Nông Sơn”.": 1,
        "Danh mục không có “phường Chũ, (Lục Ngạn, Bắc Giang)”.": 1,
        "Danh mục không có “TT Chũ, Lục Ngạn”.": 1,
        "Danh mục không có “Yên Dũng”.": 1,
    }
    assert ImportRow.objects.exclude(place="placed").count() == 87


@pytest.mark.parametrize(
    ("product", "commune"),
    [
        ("Thanh gạo lứt hạt và rong biển", "20623"),  # Duy Sơn, Duy Xuyên → xã Duy Xuyên
        ("Đèn lồng Dé Lantana (Đèn lồng Hội An)", "20410"),  # Sơn Phong, Hội An → phường Hội An
        ("Nước mắm Phú Quốc Khải Hoàn 38 độ đạm", "31078"),  # Dương Đông → đặc khu Phú Quốc
        ("Tỏi đen cô đơn", "21548"),  # huyện Lý Sơn → đặc khu Lý Sơn
        ("Cao tỏi đen Phú Sinh", "21548"),  # written as a present unit
        ("Hành tím Bình Hải", "21040"),
        ("Hạt sen sấy", None),  # only the district is named
    ],
)
def test_samples_lie_where_they_should(recognised, product, commune):
    row = Certificate.objects.select_related("product__commune").get(product_name=product)
    if product == "Hành tím Bình Hải":
        assert row.product.commune.name == "Xã Vạn Tường"
    else:
        assert row.product.commune_id == commune
    assert row.product.province_id == row.decision.province_id


def test_stars_come_from_decisions_only(recognised):
    assert Counter(Certificate.objects.values_list("basis", flat=True)) == {
        "decision": 139,
        "statement": 30,
        "council": 23,
    }
    assert not Product.objects.filter(stars__isnull=False).exclude(
        certificates__basis="decision", certificates__status="issued"
    )
    palmania = Certificate.objects.filter(product_name__startswith="Đường thốt nốt dạng")
    assert {(c.stars, c.basis, c.valid_until, c.product.stars) for c in palmania} == {
        (5, "council", None, None)
    }
    assert Product.objects.filter(stars__isnull=False).count() == 139


def test_dates_are_as_exact_as_the_source(recognised):
    lotus = Certificate.objects.get(product_name="Hạt sen sấy")
    assert lotus.decision.decided_on.isoformat() == "2022-01-27"
    assert lotus.decision.decided_text == "2022-01-27 (source prints 2021)"
    assert (lotus.decision.award_year, lotus.valid_until.isoformat()) == (2021, "2025-01-27")
    assert lotus.number.startswith("40-2022-")
    by_year = Certificate.objects.filter(decision__precision="year", basis="decision")
    assert by_year.exists()
    assert not by_year.exclude(valid_until=None).exists()
    blank = Certificate.objects.get(product_name="Sâm dây Phước Sơn")
    assert blank.decision.precision == "none"
    assert (blank.decision.award_year, blank.expiry_earliest) == (None, None)


def test_products_are_shown_but_not_sold(recognised):
    products = Product.objects.all()
    assert products.count() == products.filter(status="published", on_sale=False).count() == 192
    assert set(Producer.objects.values_list("status", flat=True)) == {"listed"}
    assert not Product.objects.filter(variants__isnull=False).exists()
    kinds = Counter(Producer.objects.exclude(kind="unknown").values_list("kind", flat=True))
    assert set(kinds) == {"company", "cooperative", "household", "facility", "individual"}
    assert Producer.objects.filter(name__contains="Sen quê Bác").count() == 1  # also "Sen Quê Bác"


def test_a_second_import_changes_nothing(recognised):
    models = (Certificate, Product, Producer, RatingDecision)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    entries, messages = AuditEntry.objects.count(), OutboxMessage.objects.count()
    report = run()
    assert report.outcomes == {"created": 0, "unchanged": 192, "updated": 0, "error": 0}
    assert report.places == PLACES
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert (AuditEntry.objects.count(), OutboxMessage.objects.count()) == (entries, messages)
    call_command("check_invariants")


def test_the_same_list_as_xlsx_is_the_same_list(recognised, source):
    book = openpyxl.Workbook()
    book.active.append(["DANH SÁCH SẢN PHẨM OCOP"])
    book.active.append([])
    book.active.append(list(source[0]))
    for row in source:
        book.active.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    report = run(stream.getvalue(), "danh-sach.xlsx")
    assert report.outcomes == {"created": 0, "unchanged": 192, "updated": 0, "error": 0}
    assert report.lines[0].number == 4


def test_a_dry_run_leaves_nothing(recognised):
    batches = ImportBatch.objects.count()
    content = b"name,province,stars\nM\xc3\xb3n m\xe1\xbb\x9bi,An Giang,3\n"
    report = run(content, dry_run=True)
    assert report.outcomes["created"] == 1
    assert ImportBatch.objects.count() == batches
    assert not Product.objects.filter(name="Món mới").exists()


def test_a_corrected_row_is_updated_and_its_number_stays(recognised, source):
    row = next(dict(r) for r in source if r["name"] == "Hạt sen sấy") | {"stars": "5"}
    before = Certificate.objects.get(product_name="Hạt sen sấy")
    report = run(as_csv([row]))
    assert report.outcomes["updated"] == 1
    after = Certificate.objects.get(pk=before.pk)
    assert (after.number, after.stars, after.product.stars) == (before.number, 5, 5)
    call_command("check_invariants")


def test_another_round_of_the_same_product_is_a_second_recognition(recognised, source):
    row = next(dict(r) for r in source if r["name"] == "Hạt sen sấy")
    row |= {"award_year": "2025", "decision_no": "9/QĐ-UBND", "decision_date": "2025-03-03"}
    report = run(as_csv([row]))
    assert report.outcomes["created"] == 1
    product = Product.objects.get(name="Hạt sen sấy")
    assert sorted(product.certificates.values_list("status", flat=True)) == ["issued", "superseded"]
    assert product.stars_valid_until.isoformat() == "2028-03-03"
    assert Product.objects.count() == 192


def test_bad_rows_are_reported_and_the_others_go_in(recognised):
    rows = [
        {"name": "Món tốt", "province": "An Giang", "stars": "3"},
        {"name": "", "province": "An Giang", "stars": "3"},
        {"name": "Món sao lạ", "province": "An Giang", "stars": "9"},
        {"name": "Món ở đâu", "province": "Xứ Lạ", "stars": "3"},
        {"name": "Món tốt", "province": "An Giang", "stars": "4"},
    ]
    report = run(as_csv(rows))
    assert report.outcomes == {"created": 1, "unchanged": 0, "updated": 0, "error": 4}
    messages = [(line.number, line.message.split(":")[0]) for line in report.lines[1:]]
    assert messages == [(3, "name"), (4, "stars"), (5, "province"), (6, "name")]
    assert "dòng 2" in report.lines[4].message


def test_the_command_prints_the_table(recognised, capsys):
    call_command("import_recognitions", str(RECOGNITIONS), "--dry-run")
    out = capsys.readouterr().out
    for words in ("rows read", "192", "placed", "105", "stars left blank", "province today: Bắc Ninh"):
        assert words in out
    assert "row   183  split" in out


def as_csv(rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


# What the public sees.


def register(client, **params):
    return client.get(reverse("ratings:register"), params).context["page"]


def test_counts_of_five_provinces_equal_the_file(recognised, client):
    page = register(client)
    assert {choice.value: choice.count for choice in page.provinces} == PROVINCES
    assert (page.total, page.real, page.illustrative) == (192, 192, 0)
    for code, count in PROVINCES.items():
        assert register(client, tinh=code).total == count


def test_every_choice_counts_what_choosing_it_shows(recognised, client):
    base = {"tinh": "51"}
    page = register(client, **base)
    names = {"sao": page.stars, "nam": page.years, "hieu_luc": page.standings, "bo": page.sets}
    for name, choices in (names | {"xa": page.communes}).items():
        assert choices, name
        for choice in choices:
            assert register(client, **base, **{name: choice.value}).total == choice.count, (name, choice)


def test_search_needs_no_marks_and_no_order(recognised, client, source):
    sauces = sum("nước mắm" in f"{row['name']} {row['subject']}".lower() for row in source)
    assert sauces == 12
    for q in ("nuoc mam", "NƯỚC MẮM", "mam nuoc"):
        assert register(client, q=q).total == sauces
    assert register(client, q="279/qd").total == 14
    assert register(client, q="bo khoai").total == 0
    assert register(client, q="duy xuyen").total == 2


def test_pages_do_not_overlap_and_odd_numbers_are_pages_too(recognised, client):
    seen = [e.certificate.number for n in range(1, 9) for e in register(client, trang=str(n)).rows]
    assert len(seen) == len(set(seen)) == 192
    last = register(client).last
    assert last == 8
    for odd, number in (("0", 1), ("-1", 1), ("x", 1), ("9" * 8, last), ("9" * 400, 1), ("²", 1)):
        assert register(client, trang=odd).number == number


@pytest.mark.parametrize("params", [{}, {"q": "mat ong"}, {"tinh": "48"}, {"trang": "8"}])
def test_queries_do_not_grow(recognised, client, django_assert_max_num_queries, params):
    with django_assert_max_num_queries(3 if "tinh" in params else 2):
        client.get(reverse("ratings:register"), params)


def test_a_certificate_costs_two_queries(recognised, client, django_assert_num_queries):
    number = Certificate.objects.values_list("number", flat=True)[0]
    with django_assert_num_queries(2):
        assert client.get(reverse("ratings:certificate", args=[number])).status_code == 200


def test_all_certificate_pages_open(recognised, client):
    for number in Certificate.objects.order_by("pk").values_list("number", flat=True)[::9]:
        html = client.get(reverse("ratings:certificate", args=[number])).content.decode()
        assert "Nội dung công nhận" in html
        assert "None" not in html


def test_the_file_of_the_register_has_all_rows(recognised, client):
    content = client.get(reverse("ratings:export", args=["csv"])).getvalue().decode()
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content[1:])))
    assert len(rows) == 193
    only = client.get(reverse("ratings:export", args=["csv"]), {"tinh": "91"}).getvalue().decode()
    assert len(list(csv.reader(io.StringIO(only)))) == 31
    response = client.get(reverse("ratings:export", args=["xlsx"]), {"tinh": "91"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.max_row == 31
    assert "so-cong-nhan-ocop-" in response["Content-Disposition"]


def test_api_gives_the_same_register(recognised, client):
    url = "/api/v1/recognitions/"
    assert client.get(url).json()["count"] == 192
    assert client.get(url, {"tinh": "24"}).json()["count"] == 42
    live = client.get(url, {"hieu_luc": "live"}).json()
    assert live["count"] == register(client, hieu_luc="live").total
    row = live["results"][0]
    assert row["standing"] == "live"
    assert client.get(f"{url}{row['number']}/").json() == row
    assert client.get(url, {"hieu_luc": "x"}).status_code == 400
    assert client.post(url, {}).status_code in (401, 403, 405)
