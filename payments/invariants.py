"""What must always hold of money: each statement returns no rows.

Collected by ``manage.py check_invariants``.
"""

INVARIANTS: dict[str, str] = {
    "payments.entries_sum_to_zero": """
        SELECT e.id, e.key, sum(p.amount) AS off
        FROM payments_journalentry e LEFT JOIN payments_posting p ON p.entry_id = e.id
        GROUP BY e.id
        HAVING coalesce(sum(p.amount), 1) <> 0
    """,
    "payments.received_is_booked": """
        SELECT p.id, p.reference, p.received, coalesce(sum(n.amount), 0) AS booked
        FROM payments_payment p
        LEFT JOIN payments_paymentnotice n ON n.payment_id = p.id AND n.is_booked
        GROUP BY p.id
        HAVING p.received <> coalesce(sum(n.amount), 0)
    """,
    "payments.booked_notices_have_one_entry": """
        SELECT n.id, n.gateway, n.notice_id
        FROM payments_paymentnotice n
        LEFT JOIN payments_journalentry e
          ON e.key = left('receipt:' || n.gateway || ':' || n.notice_id, 120)
        WHERE n.is_booked <> (e.id IS NOT NULL)
    """,
    "payments.refunded_is_done": """
        SELECT p.id, p.reference, p.refunded, coalesce(sum(r.amount), 0) AS done
        FROM payments_payment p
        LEFT JOIN payments_refund r ON r.payment_id = p.id AND r.status = 'done'
        GROUP BY p.id
        HAVING p.refunded <> coalesce(sum(r.amount), 0)
    """,
    "payments.refunds_are_owed": """
        SELECT owed.total AS owed, open.total AS open
        FROM (SELECT -coalesce(sum(p.amount), 0) AS total
              FROM payments_posting p JOIN payments_ledgeraccount a ON a.id = p.account_id
              WHERE a.kind = 'refunds') owed,
             (SELECT coalesce(sum(r.amount), 0) AS total
              FROM payments_refund r WHERE r.status <> 'done') open
        WHERE owed.total <> open.total
    """,
    "payments.no_deposit_below_zero": """
        SELECT p.reference, -sum(p.amount) AS held
        FROM payments_posting p JOIN payments_ledgeraccount a ON a.id = p.account_id
        WHERE a.kind = 'deposits'
        GROUP BY p.reference
        HAVING -sum(p.amount) < 0
    """,
    # A carrier holds what it collected less what it sent on and what was given up; the rest of a
    # parcel that it paid short stays its debt.
    "payments.cod_in_transit_is_collected": """
        WITH held AS (
            SELECT substr(a.code, 5) AS carrier, sum(p.amount) AS amount
            FROM payments_ledgeraccount a JOIN payments_posting p ON p.account_id = a.id
            WHERE a.kind = 'cod'
            GROUP BY a.code
        ), due AS (
            SELECT carrier, sum(amount) AS amount
            FROM (SELECT c.carrier, c.amount FROM payments_codcollection c
                  WHERE c.carrier <> '' AND c.status IN ('collected', 'remitted')
                  UNION ALL
                  SELECT f.source, -(r.collected + r.difference)
                  FROM payments_remittancerow r JOIN payments_moneyfile f ON f.id = r.file_id
                  WHERE r.is_booked) moves
            GROUP BY carrier
        )
        SELECT coalesce(h.carrier, d.carrier) AS carrier, h.amount AS in_transit, d.amount AS due
        FROM held h FULL JOIN due d ON d.carrier = h.carrier
        WHERE coalesce(h.amount, 0) <> coalesce(d.amount, 0)
    """,
    "payments.remitted_cash_has_come": """
        SELECT c.id, c.reference, c.status, c.amount, coalesce(sum(r.collected + r.difference), 0) AS come
        FROM payments_codcollection c
        LEFT JOIN payments_remittancerow r ON r.collection_id = c.id AND r.is_booked
        WHERE c.carrier <> ''
        GROUP BY c.id
        HAVING (c.status = 'remitted' AND coalesce(sum(r.collected + r.difference), 0) < c.amount)
            OR (c.status = 'collected' AND count(r.id) > 0 AND sum(r.collected + r.difference) = c.amount)
            OR (c.status = 'due' AND count(r.id) > 0)
    """,
    "payments.remittances_are_booked_once": """
        SELECT r.id, r.tracking_code, r.is_booked, r.difference
        FROM payments_remittancerow r
        LEFT JOIN payments_journalentry e ON e.key = 'remittance:' || r.id
        LEFT JOIN payments_journalentry d ON d.key = 'remittance-difference:' || r.id
        WHERE r.is_booked <> (e.id IS NOT NULL OR d.id IS NOT NULL)
           OR (r.collected <> 0 OR r.fee <> 0) AND r.is_booked <> (e.id IS NOT NULL)
           OR (r.difference <> 0) <> (d.id IS NOT NULL)
    """,
    "payments.payouts_are_their_lines": """
        SELECT o.id, o.amount, -coalesce(sum(p.amount), 0) AS lines
        FROM payments_payout o
        LEFT JOIN payments_payoutline l ON l.payout_id = o.id
        LEFT JOIN payments_posting p ON p.id = l.posting_id
        WHERE o.status <> 'dropped'
        GROUP BY o.id
        HAVING o.amount <> -coalesce(sum(p.amount), 0)
    """,
}
