"""What must always hold between orders, parcels, lines and stock: each statement returns no rows.

Collected by ``manage.py check_invariants``.
"""

INVARIANTS: dict[str, str] = {
    "orders.suborders_sum_to_order": """
        SELECT o.id, o.code, o.goods_total, o.shipping_total, o.total,
               coalesce(sum(s.goods_total), 0) AS parts_goods,
               coalesce(sum(s.shipping_fee), 0) AS parts_shipping
        FROM orders_order o LEFT JOIN orders_suborder s ON s.order_id = o.id
        GROUP BY o.id
        HAVING o.goods_total <> coalesce(sum(s.goods_total), 0)
            OR o.shipping_total <> coalesce(sum(s.shipping_fee), 0)
            OR o.total <> coalesce(sum(s.total), 0)
    """,
    "orders.lines_sum_to_suborder": """
        SELECT s.id, s.code, s.goods_total, coalesce(sum(l.line_total), 0) AS lines_total
        FROM orders_suborder s LEFT JOIN orders_orderline l ON l.sub_order_id = s.id
        GROUP BY s.id
        HAVING s.goods_total <> coalesce(sum(l.line_total), 0)
    """,
    "orders.lines_belong_to_producer": """
        SELECT l.id, s.code, s.producer_id, p.producer_id AS made_by
        FROM orders_orderline l
        JOIN orders_suborder s ON s.id = l.sub_order_id
        JOIN catalog_variant v ON v.id = l.variant_id
        JOIN catalog_product p ON p.id = v.product_id
        WHERE p.producer_id <> s.producer_id
    """,
    "orders.sales_match_lines": """
        WITH ordered AS (
            SELECT o.code, l.variant_id, sum(l.quantity) AS units
            FROM orders_orderline l
            JOIN orders_suborder s ON s.id = l.sub_order_id
            JOIN orders_order o ON o.id = s.order_id
            GROUP BY o.code, l.variant_id
        ), taken AS (
            SELECT m.reference AS code, i.variant_id, -sum(m.quantity) AS units
            FROM catalog_stockmovement m JOIN catalog_stockitem i ON i.id = m.item_id
            WHERE m.kind = 'sale'
            GROUP BY m.reference, i.variant_id
        )
        SELECT coalesce(a.code, t.code) AS code, coalesce(a.variant_id, t.variant_id) AS variant_id,
               a.units AS ordered, t.units AS taken
        FROM ordered a FULL JOIN taken t ON t.code = a.code AND t.variant_id = a.variant_id
        WHERE a.units IS DISTINCT FROM t.units
    """,
    "orders.returns_match_lines": """
        WITH due AS (
            SELECT s.code, l.variant_id, sum(l.quantity) AS units
            FROM orders_orderline l JOIN orders_suborder s ON s.id = l.sub_order_id
            WHERE s.status IN ('cancelled', 'returned')
            GROUP BY s.code, l.variant_id
        ), given AS (
            SELECT m.reference AS code, i.variant_id, sum(m.quantity) AS units
            FROM catalog_stockmovement m JOIN catalog_stockitem i ON i.id = m.item_id
            WHERE m.kind = 'cancel'
            GROUP BY m.reference, i.variant_id
        )
        SELECT coalesce(d.code, g.code) AS code, coalesce(d.variant_id, g.variant_id) AS variant_id,
               d.units AS due, g.units AS given
        FROM due d FULL JOIN given g ON g.code = d.code AND g.variant_id = d.variant_id
        WHERE d.units IS DISTINCT FROM g.units
    """,
    "orders.status_is_last_step": """
        SELECT s.id, s.code, s.status, last.to_state
        FROM orders_suborder s
        LEFT JOIN LATERAL (
            SELECT c.to_state FROM core_statuschange c
            WHERE c.machine = 'orders.suborder' AND c.object_id = s.id
            ORDER BY c.id DESC LIMIT 1
        ) last ON true
        WHERE s.status <> coalesce(last.to_state, 'placed')
    """,
}
