from catalog.admin import products, stock

__all__ = ["products", "stock"]
