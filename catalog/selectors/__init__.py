"""One function per screen; the sums behind the screens are in the modules beside this one."""

from catalog.selectors.cards import Card, cards
from catalog.selectors.home import Home, home
from catalog.selectors.listing import Listing, listing, listing_facets
from catalog.selectors.producers import ProducerList, ProducerPage, producer_list, producer_page
from catalog.selectors.product_page import ProductPage, product_page
from catalog.selectors.suggest import Suggestion, suggest

__all__ = [
    "Card",
    "Home",
    "Listing",
    "ProducerList",
    "ProducerPage",
    "ProductPage",
    "Suggestion",
    "cards",
    "home",
    "listing",
    "listing_facets",
    "producer_list",
    "producer_page",
    "product_page",
    "suggest",
]
