from catalog.models.product import Certification, Product, ProductImage, ProductStatus
from catalog.models.stock import Reservation, StockItem, StockMovement, Variant
from catalog.models.taxonomy import ProductGroup, ProductSet, SaleMode, Sector

__all__ = [
    "Certification",
    "Product",
    "ProductGroup",
    "ProductImage",
    "ProductSet",
    "ProductStatus",
    "Reservation",
    "SaleMode",
    "Sector",
    "StockItem",
    "StockMovement",
    "Variant",
]
