"""The rubric of 1048/781 as it is known: what sums up, what is missing, and that loading repeats."""

from collections import Counter
from decimal import Decimal
from io import StringIO
from itertools import groupby

import pytest
from django.core.management import call_command

from catalog import reference as taxonomy
from core.models import AuditEntry
from ratings import reference
from ratings.models import CriteriaSet, Criterion, CriterionOption, RuleVersion
from ratings.selectors import criteria as selectors
from ratings.services import criteria

INCOMPLETE = {"21", "23", "24"}


@pytest.fixture
def loaded(db):
    taxonomy.load()
    reference.load()


def official():
    return list(CriteriaSet.objects.filter(province=None).select_related("version"))


def snapshot():
    return [
        list(model.objects.order_by("pk").values())
        for model in (RuleVersion, CriteriaSet, CriteriaSet.product_sets.through, Criterion, CriterionOption)
    ]


def test_every_row_of_the_file_is_a_criterion_or_a_heading(loaded):
    rows = reference.rows()
    assert len(rows) == 755
    headings = [row for row in rows if not row["option_points"]]
    assert [row["criterion"].strip() for row in headings] == ["6.1. Ngoại hình", "6.2. Nước pha"] * 2
    assert Criterion.objects.count() == 755 - len(headings) == 751
    below = Criterion.objects.filter(section__contains="– 6.1. Ngoại hình")
    assert Counter(below.values_list("criteria_set__code", flat=True)) == {"1": 3, "6": 5}


def test_twenty_two_sets_sum_up_and_three_do_not(loaded):
    checks = {row.code: selectors.check(row) for row in official()}
    assert len(checks) == 25
    for code, check in checks.items():
        found = {part.code: part.found for part in check.sums}
        assert found == {"A": 35, "B": 25, "C": 38 if code in INCOMPLETE else 40}
        assert check.is_complete == (code not in INCOMPLETE)
        assert check.total == (98 if code in INCOMPLETE else 100)
    [problem] = checks["21"].problems
    assert (problem.part, problem.found, problem.wanted) == ("C", Decimal(38), 40)


def test_a_code_that_stands_twice_is_told_but_blocks_nothing(loaded):
    check = selectors.check(CriteriaSet.objects.get(code="6"))
    assert [problem.text for problem in check.problems] == ["Số 6.1.3 đứng trước 2 tiêu chí"]
    assert check.is_complete


def test_points_keep_their_order_and_only_known_cases_have_words(loaded):
    options = CriterionOption.objects.filter(criterion__code="3.2")
    tea = options.filter(criterion__criteria_set__code="1").order_by("position")
    assert [(f"{o.points:f}", o.label) for o in tea] == [
        ("1.00", "Tổ chức tập thể"),
        ("2.00", "Tổ chức tập thể"),
        ("0.00", "Một chủ sở hữu"),
        ("1.00", "Một chủ sở hữu"),
    ]
    assert not CriterionOption.objects.exclude(label="").exclude(criterion__code="3.2").exists()
    tourism = options.filter(criterion__criteria_set__code="8")
    assert [(int(o.points), o.label) for o in tourism] == [(1, ""), (2, ""), (1, ""), (2, "")]


def test_stop_rules_say_what_is_known_and_no_more(loaded):
    rules = Criterion.objects.exclude(stop_rule="").values_list("stop_rule", "criteria_set")
    sets = Counter(rule for rule, _set in set(rules))
    known = [text for _where, text in reference.STOP_RULES]
    assert [sets[text] for text in known] == [22, 21, 3, 3]
    assert sets[reference.STOP_RULE_UNKNOWN] + sets[reference.STOP_RULE_OF_HEADING] == 15
    assert set(sets) == {*known, reference.STOP_RULE_UNKNOWN, reference.STOP_RULE_OF_HEADING}


def test_the_commune_is_asked_of_three_things(loaded):
    asked = Criterion.objects.filter(is_for_commune=True)
    assert set(asked.values_list("code", flat=True)) == {"1.1", "2.1", "3.3"}
    counts = Counter(asked.values_list("criteria_set__code", flat=True))
    assert counts.pop("8") == 2  # tourism uses no material
    assert set(counts.values()) == {3}
    assert len(counts) == 24


def test_versions_name_their_decision_and_what_is_not_known(loaded):
    old, mid, new = (RuleVersion.objects.get(code=code) for code in ("1048/781", "148", "26/2026"))
    assert [v.points for v in (old, mid, new)] == [
        {"A": 35, "B": 25, "C": 40},
        {"A": 40, "B": 25, "C": 35},
        {"A": 40, "B": 25, "C": 35},
    ]
    assert not CriteriaSet.objects.exclude(version=old).exists()
    assert "chấm theo bộ 1048/781" in old.note
    assert "chưa xem nguyên văn" in new.source


def test_loading_again_changes_nothing(loaded):
    criteria.freeze(criteria_set=CriteriaSet.objects.get(code="11"))
    before, audits = snapshot(), AuditEntry.objects.count()
    reference.load()
    assert snapshot() == before
    assert AuditEntry.objects.count() == audits


def test_the_command_tells_what_is_missing(db):
    out = StringIO()
    call_command("load_reference", stdout=out)
    said = out.getvalue()
    assert "ratings: 3 rule versions, 25 criteria sets, 751 criteria" in said
    assert said.count("Phần C có 38 điểm, phải là 40") == 3
    assert "Gạo, ngũ cốc (1048/781, bộ số 10): nguồn không có tiêu chí nào" in said
    assert said.count("không khớp rõ với bộ sản phẩm nào") == 2
    assert said.count("chưa có bộ tiêu chí chính thức đủ điểm") == 8  # 3, 9, 12, 15, 18, 23, 24, 25


def test_the_map_leads_to_known_sets():
    in_file = {key for key, _rows in groupby(reference.rows(), key=lambda row: row["set_id"])}
    assert set(reference.SETS) == in_file
    known = {int(row["code"]) for row in taxonomy.rows("set")}
    assert {code for codes in reference.SETS.values() for code in codes} <= known
