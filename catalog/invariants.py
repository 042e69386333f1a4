"""What must always hold of stock: each statement returns no rows.

Collected by ``manage.py check_invariants``.
"""

INVARIANTS: dict[str, str] = {
    "catalog.movements_sum_to_stock": """
        SELECT i.id, i.on_hand, coalesce(sum(m.quantity), 0) AS moved
        FROM catalog_stockitem i LEFT JOIN catalog_stockmovement m ON m.item_id = i.id
        GROUP BY i.id
        HAVING i.on_hand <> coalesce(sum(m.quantity), 0)
    """,
    "catalog.reservations_sum_to_reserved": """
        SELECT i.id, i.reserved, coalesce(sum(r.quantity), 0) AS held
        FROM catalog_stockitem i
        LEFT JOIN catalog_reservation r ON r.item_id = i.id AND r.status = 'held'
        GROUP BY i.id
        HAVING i.reserved <> coalesce(sum(r.quantity), 0)
    """,
}
