"""The taxonomy: six sectors, seventeen groups, twenty-six sets, each with its source."""

from catalog import reference
from catalog.models import ProductGroup, ProductSet, Sector


def test_loading_twice_changes_nothing(db):
    first = reference.load()
    assert first == reference.load() == {"sectors": 6, "groups": 17, "sets": 26}
    assert (Sector.objects.count(), ProductGroup.objects.count(), ProductSet.objects.count()) == (6, 17, 26)


def test_sets_lie_in_the_sectors_of_the_decision(db):
    reference.load()
    ranges = {1: (1, 13), 2: (14, 17), 3: (18, 20), 4: (21, 22), 5: (23, 25), 6: (26, 26)}
    for code, sector in ProductSet.objects.values_list("code", "group__sector"):
        low, high = ranges[sector]
        assert low <= code <= high


def test_alcohol_is_shown_and_tourism_is_booked(db):
    reference.load()
    assert dict(ProductSet.objects.exclude(sale_mode="cart").values_list("code", "sale_mode")) == {
        14: "display",
        15: "display",
        26: "request",
    }


def test_every_row_names_its_source(db):
    reference.load()
    for model in (Sector, ProductGroup, ProductSet):
        assert all("QĐ" in source for source in model.objects.values_list("source", flat=True))
