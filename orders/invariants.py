"""What must always hold between orders, parcels, lines and stock: each statement returns no rows.

Collected by ``manage.py check_invariants``.
"""

INVARIANTS: dict[str, str] = {
    "orders.suborders_sum_to_order": """
        SELECT o.id, o.code, o.goods_total, o.shipping_total, o.discount_total, o.total,
               coalesce(sum(s.goods_total), 0) AS parts_goods,
               coalesce(sum(s.shipping_fee), 0) AS parts_shipping,
               coalesce(sum(s.producer_discount + s.market_discount), 0) AS parts_discount
        FROM orders_order o LEFT JOIN orders_suborder s ON s.order_id = o.id
        GROUP BY o.id
        HAVING o.goods_total <> coalesce(sum(s.goods_total), 0)
            OR o.shipping_total <> coalesce(sum(s.shipping_fee), 0)
            OR o.discount_total <> coalesce(sum(s.producer_discount + s.market_discount), 0)
            OR o.total <> coalesce(sum(s.total), 0)
    """,
    "orders.lines_sum_to_suborder": """
        SELECT s.id, s.code, s.goods_total, coalesce(sum(l.line_total), 0) AS lines_total
        FROM orders_suborder s LEFT JOIN orders_orderline l ON l.sub_order_id = s.id
        GROUP BY s.id
        HAVING s.goods_total <> coalesce(sum(l.line_total), 0)
            OR s.producer_discount <> coalesce(sum(l.producer_discount), 0)
            OR s.market_discount <> coalesce(sum(l.market_discount), 0)
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
            LEFT JOIN payments_payment p ON p.id = o.payment_id
            WHERE p.id IS NULL OR p.status = 'paid'
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
            FROM orders_orderline l
            JOIN orders_suborder s ON s.id = l.sub_order_id
            JOIN orders_order o ON o.id = s.order_id
            LEFT JOIN payments_payment p ON p.id = o.payment_id
            WHERE s.status IN ('cancelled', 'returned') AND (p.id IS NULL OR p.status = 'paid')
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
        JOIN orders_order o ON o.id = s.order_id
        LEFT JOIN LATERAL (
            SELECT c.to_state FROM core_statuschange c
            WHERE c.machine = 'orders.suborder' AND c.object_id = s.id
            ORDER BY c.id DESC LIMIT 1
        ) last ON true
        WHERE s.status <> coalesce(
            last.to_state, CASE WHEN o.payment_id IS NULL THEN 'placed' ELSE 'awaiting' END)
    """,
    "orders.payment_follows_order": """
        SELECT o.id, o.code, p.status, s.status AS parcel
        FROM orders_order o
        JOIN payments_payment p ON p.id = o.payment_id
        JOIN orders_suborder s ON s.order_id = o.id
        WHERE p.reference <> o.code OR p.amount <> o.total
           OR (p.status = 'pending') <> (s.status = 'awaiting')
           OR (p.status = 'lapsed') <> (s.status = 'lapsed')
           OR (p.status = 'cancelled' AND s.status <> 'cancelled')
    """,
    "orders.deposits_are_unearned": """
        WITH held AS (
            SELECT p.reference AS code, -sum(p.amount) AS amount
            FROM payments_posting p JOIN payments_ledgeraccount a ON a.id = p.account_id
            WHERE a.kind = 'deposits'
            GROUP BY p.reference
        ), unearned AS (
            SELECT o.code,
                   sum(CASE WHEN p.status = 'paid'
                             AND s.status IN ('placed', 'confirmed', 'preparing', 'handed_over', 'refused')
                            THEN s.total ELSE 0 END) AS amount
            FROM orders_order o
            JOIN orders_suborder s ON s.order_id = o.id
            LEFT JOIN payments_payment p ON p.id = o.payment_id
            WHERE p.id IS NULL OR p.status IN ('paid', 'cancelled')
            GROUP BY o.code
        )
        SELECT u.code, u.amount AS unearned, coalesce(h.amount, 0) AS held
        FROM unearned u LEFT JOIN held h ON h.code = u.code
        WHERE u.amount <> coalesce(h.amount, 0)
    """,
    "orders.delivered_is_settled": """
        SELECT s.id, s.code, s.status, t.id AS settlement, e.id AS entry
        FROM orders_suborder s
        LEFT JOIN orders_settlement t ON t.sub_order_id = s.id
        LEFT JOIN payments_journalentry e ON e.key = 'settlement:' || s.code
        WHERE (s.status = 'delivered') <> (t.id IS NOT NULL)
           OR (s.status = 'delivered' AND s.total + s.market_discount > 0) <> (e.id IS NOT NULL)
    """,
    "orders.earnings_tie_to_ledger": """
        WITH earned AS (
            SELECT s.code, s.producer_id,
                   s.goods_total - s.producer_discount + s.shipping_fee - t.shipping_vat - t.shipping_pit
                   - coalesce(sum(l.commission + l.vat + l.pit), 0) AS amount
            FROM orders_suborder s
            JOIN orders_settlement t ON t.sub_order_id = s.id
            LEFT JOIN orders_settlementline l ON l.settlement_id = t.id
            GROUP BY s.id, t.id
        ), booked AS (
            SELECT p.reference AS code, a.producer_id, -sum(p.amount) AS amount
            FROM payments_posting p
            JOIN payments_ledgeraccount a ON a.id = p.account_id
            JOIN payments_journalentry e ON e.id = p.entry_id
            WHERE a.kind = 'producer' AND e.kind = 'settlement'
            GROUP BY p.reference, a.producer_id
        )
        SELECT coalesce(x.code, y.code) AS code, x.amount AS earned, y.amount AS booked
        FROM earned x FULL JOIN booked y ON y.code = x.code AND y.producer_id = x.producer_id
        WHERE coalesce(x.amount, 0) <> coalesce(y.amount, 0)
    """,
    "orders.returns_fit_lines": """
        SELECT l.id, l.quantity, sum(c.quantity) AS returned
        FROM orders_orderline l
        JOIN orders_caseline c ON c.order_line_id = l.id
        JOIN orders_returncase r ON r.id = c.case_id
        WHERE r.status NOT IN ('rejected', 'withdrawn')
        GROUP BY l.id
        HAVING sum(c.quantity) > l.quantity
    """,
    "orders.closed_cases_are_booked": """
        WITH won AS (
            SELECT r.code,
                   coalesce(sum(c.goods - c.market_discount), 0)
                   + CASE WHEN r.refunds_shipping THEN s.shipping_fee ELSE 0 END - r.written_off AS owed,
                   coalesce(sum(c.goods - c.commission - c.vat - c.pit), 0)
                   + CASE WHEN r.refunds_shipping
                          THEN s.shipping_fee - t.shipping_vat - t.shipping_pit ELSE 0 END AS taken
            FROM orders_returncase r
            JOIN orders_suborder s ON s.id = r.sub_order_id
            JOIN orders_settlement t ON t.sub_order_id = s.id
            LEFT JOIN orders_caseline c ON c.case_id = r.id
            WHERE r.status = 'closed'
            GROUP BY r.id, s.id, t.id
        ), booked AS (
            SELECT substr(e.key, length('return:') + 1) AS code,
                   -sum(CASE WHEN a.kind = 'refunds' THEN p.amount ELSE 0 END) AS owed,
                   sum(CASE WHEN a.kind = 'producer' THEN p.amount ELSE 0 END) AS taken
            FROM payments_journalentry e
            JOIN payments_posting p ON p.entry_id = e.id
            JOIN payments_ledgeraccount a ON a.id = p.account_id
            WHERE e.kind = 'return'
            GROUP BY e.key
        ), asked AS (
            SELECT reference AS code, sum(amount) AS amount
            FROM payments_refund WHERE key LIKE 'case:%' GROUP BY reference
        )
        SELECT coalesce(w.code, b.code, k.code) AS code, w.owed, b.owed AS booked, k.amount AS asked,
               w.taken, b.taken AS booked_taken
        FROM won w
        FULL JOIN booked b ON b.code = w.code
        FULL JOIN asked k ON k.code = coalesce(w.code, b.code)
        WHERE coalesce(w.owed, 0) <> coalesce(b.owed, 0) OR coalesce(w.owed, 0) <> coalesce(k.amount, 0)
           OR coalesce(w.taken, 0) <> coalesce(b.taken, 0)
    """,
    "orders.restocked_is_moved": """
        WITH back AS (
            SELECT r.code, l.variant_id, sum(c.quantity) AS units
            FROM orders_returncase r
            JOIN orders_caseline c ON c.case_id = r.id
            JOIN orders_orderline l ON l.id = c.order_line_id
            WHERE r.status = 'closed' AND c.fate = 'restocked'
            GROUP BY r.code, l.variant_id
        ), moved AS (
            SELECT m.reference AS code, i.variant_id, sum(m.quantity) AS units
            FROM catalog_stockmovement m JOIN catalog_stockitem i ON i.id = m.item_id
            WHERE m.kind = 'return'
            GROUP BY m.reference, i.variant_id
        )
        SELECT coalesce(b.code, m.code) AS code, coalesce(b.variant_id, m.variant_id) AS variant_id,
               b.units AS restocked, m.units AS moved
        FROM back b FULL JOIN moved m ON m.code = b.code AND m.variant_id = b.variant_id
        WHERE b.units IS DISTINCT FROM m.units
    """,
    "orders.vouchers_are_counted": """
        SELECT v.id, v.code, v.used, count(u.id) AS uses
        FROM orders_voucher v
        LEFT JOIN orders_voucheruse u ON u.voucher_id = v.id AND NOT u.is_returned
        GROUP BY v.id
        HAVING v.used <> count(u.id)
    """,
    "orders.discounts_are_vouchers": """
        SELECT o.id, o.code, o.discount_total, coalesce(sum(u.amount), 0) AS vouchers
        FROM orders_order o LEFT JOIN orders_voucheruse u ON u.order_id = o.id
        GROUP BY o.id
        HAVING o.discount_total <> coalesce(sum(u.amount), 0)
    """,
}
