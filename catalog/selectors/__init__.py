"""One function per screen; the sums behind the screens are in the modules beside this one."""

from catalog.selectors.cards import Card, cards
from catalog.selectors.home import Home, home
from catalog.selectors.listing import Asked, Listing, listing
from catalog.selectors.producers import ProducerList, ProducerPage, producer_list, producer_page
from catalog.selectors.product_page import Offer, ProductPage, offer, product_page, product_topics
from catalog.selectors.suggest import Suggestion, suggest

__all__ = [
    "Asked",
    "Card",
    "Home",
    "Listing",
    "Offer",
    "ProducerList",
    "ProducerPage",
    "ProductPage",
    "Suggestion",
    "cards",
    "home",
    "listing",
    "offer",
    "producer_list",
    "producer_page",
    "product_page",
    "product_topics",
    "suggest",
]
