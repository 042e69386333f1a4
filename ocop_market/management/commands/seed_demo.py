"""Build the demo province."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Product
from core.models import Commune
from ocop_market.demo import province
from ocop_market.demo.plan import FEWEST
from orders.models import Order
from producers.models import Producer


class Command(BaseCommand):
    help = "Build the demo province: invented producers, goods, orders. Refuses beside real data."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--products",
            type=int,
            default=province.PRODUCTS,
            help=f"how many products ({FEWEST} or more; above {province.THROUGH_SERVICES} in bulk)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if province.is_built():
            self.stdout.write("The demo province is there already; nothing changed.")
            return
        if not Commune.objects.exists():
            raise CommandError("No places yet. Run first: manage.py load_reference")
        begun = time.monotonic()
        try:
            province.build(products=options["products"])
        except (province.RealDataFound, ValueError) as refusal:
            raise CommandError(f"{refusal}. Nothing was changed.") from refusal
        self.stdout.write(
            f"{Product.objects.filter(is_illustrative=True).count()} products of "
            f"{Producer.objects.filter(is_illustrative=True).count()} producers, "
            f"{Order.objects.filter(is_illustrative=True).count()} orders "
            f"in {time.monotonic() - begun:.0f} s"
        )
