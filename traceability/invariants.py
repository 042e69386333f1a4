"""SQL that must return no rows (``manage.py check_invariants``)."""

INVARIANTS = {
    "a lot's code belongs to the lot's product": """
        SELECT c.id, c.value FROM traceability_code c
        JOIN traceability_lot l ON l.id = c.lot_id
        WHERE c.product_id <> l.product_id
    """,
    "every lot has a code": """
        SELECT l.id, l.code FROM traceability_lot l
        LEFT JOIN traceability_code c ON c.lot_id = l.id
        WHERE c.id IS NULL
    """,
    "a code has both pictures or none": """
        SELECT id, value FROM traceability_code WHERE (png = '') <> (svg = '')
    """,
    "a code cannot be taken for a GTIN": """
        SELECT id, value FROM traceability_code WHERE value !~ '[A-Z]'
    """,
    "a counted day has look-ups": """
        SELECT id, code_id, day FROM traceability_scanday WHERE count < 1
    """,
    "traceability.events_are_sealed": """
        SELECT id, lot_id, sequence FROM traceability_traceevent
        WHERE hash <> encode(sha256(convert_to(previous || E'\\n' || body, 'UTF8')), 'hex')
    """,
    "traceability.events_follow": """
        SELECT e.id, e.lot_id, e.sequence FROM traceability_traceevent e
        LEFT JOIN traceability_traceevent b ON b.lot_id = e.lot_id AND b.sequence = e.sequence - 1
        WHERE e.previous <> coalesce(b.hash, repeat('0', 64)) OR (e.sequence > 1) <> (b.id IS NOT NULL)
    """,
    "traceability.events_name_their_lot": """
        SELECT e.id, e.lot_id, e.sequence FROM traceability_traceevent e
        JOIN traceability_lot l ON l.id = e.lot_id
        WHERE e.body::jsonb ->> 'ocop:lot' <> l.uri OR (e.body::jsonb ->> 'ocop:sequence')::int <> e.sequence
    """,
    "traceability.lot_movements_sum": """
        WITH moved AS (
            SELECT stock_id,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'receive'), 0) AS received,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'ship'), 0)
                   - coalesce(sum(quantity) FILTER (WHERE kind = 'return'), 0) AS shipped,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'quarantine'), 0)
                   - coalesce(sum(quantity) FILTER (WHERE kind IN ('release', 'destroy')), 0) AS quarantined,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'destroy'), 0) AS gone
            FROM traceability_lotmovement GROUP BY stock_id
        )
        SELECT s.id, s.lot_id, s.received, s.shipped, s.quarantined, s.gone
        FROM traceability_lotstock s LEFT JOIN moved m ON m.stock_id = s.id
        WHERE (s.received, s.shipped, s.quarantined, s.gone)
              IS DISTINCT FROM (m.received, m.shipped, m.quarantined, m.gone)
    """,
    "traceability.quarantine_reaches_the_shop": """
        SELECT i.id, i.variant_id, i.quarantined, coalesce(sum(s.quarantined), 0) AS of_lots
        FROM catalog_stockitem i LEFT JOIN traceability_lotstock s ON s.variant_id = i.variant_id
        GROUP BY i.id
        HAVING i.quarantined <> coalesce(sum(s.quarantined), 0)
    """,
    "traceability.no_more_received_than_made": """
        SELECT l.id, l.code, l.quantity, sum(s.received) AS received
        FROM traceability_lot l JOIN traceability_lotstock s ON s.lot_id = l.id
        GROUP BY l.id HAVING sum(s.received) > l.quantity
    """,
    "traceability.no_lot_is_made_of_itself": """
        WITH RECURSIVE inside (lot_id, source_id) AS (
            SELECT lot_id, source_lot_id FROM traceability_lotinput WHERE source_lot_id IS NOT NULL
            UNION
            SELECT inside.lot_id, i.source_lot_id
            FROM inside JOIN traceability_lotinput i ON i.lot_id = inside.source_id
            WHERE i.source_lot_id IS NOT NULL
        )
        SELECT lot_id FROM inside WHERE lot_id = source_id
    """,
}
