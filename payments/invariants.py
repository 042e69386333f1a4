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
    "payments.suspense_is_unresolved": """
        SELECT booked.total AS suspense, open.total AS open
        FROM (SELECT -coalesce(sum(p.amount), 0) AS total
              FROM payments_posting p JOIN payments_ledgeraccount a ON a.id = p.account_id
              WHERE a.kind = 'suspense') booked,
             (SELECT coalesce(sum(n.amount), 0) AS total
              FROM payments_paymentnotice n
              WHERE n.is_booked AND n.payment_id IS NULL AND n.resolved_at IS NULL) open
        WHERE booked.total <> open.total
    """,
    "payments.written_off_is_booked": """
        SELECT p.id, p.reference, p.written_off, coalesce(sum(o.amount), 0) AS booked
        FROM payments_payment p
        LEFT JOIN payments_journalentry e ON e.key = 'write-off:' || p.reference
        LEFT JOIN payments_posting o ON o.entry_id = e.id AND o.amount > 0
        GROUP BY p.id
        HAVING p.written_off <> coalesce(sum(o.amount), 0)
    """,
    "payments.refunded_is_done": """
        SELECT p.id, p.reference, p.refunded, coalesce(sum(r.amount), 0) AS done
        FROM payments_payment p
        LEFT JOIN payments_refund r ON r.payment_id = p.id AND r.status = 'done'
        GROUP BY p.id
        HAVING p.refunded <> coalesce(sum(r.amount), 0)
    """,
    "payments.gateways_give_back_what_they_took": """
        SELECT a.id, a.txn_ref, a.amount, sum(r.amount) AS back
        FROM payments_attempt a JOIN payments_refund r ON r.attempt_id = a.id
        GROUP BY a.id
        HAVING sum(r.amount) > a.amount OR a.outcome <> 'paid'
    """,
    "payments.booked_visits_are_paid": """
        SELECT a.id, a.txn_ref, a.outcome, count(n.id) AS booked
        FROM payments_attempt a
        LEFT JOIN payments_paymentnotice n ON n.attempt_id = a.id AND n.is_booked
        GROUP BY a.id
        HAVING (a.outcome = 'paid') <> (count(n.id) > 0)
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
    "payments.payout_lines_are_the_producers": """
        SELECT l.id, o.producer_id, a.code
        FROM payments_payoutline l
        JOIN payments_payout o ON o.id = l.payout_id
        JOIN payments_posting p ON p.id = l.posting_id
        JOIN payments_ledgeraccount a ON a.id = p.account_id
        WHERE a.producer_id IS DISTINCT FROM o.producer_id
           OR o.status = 'dropped'
           OR (p.item = 'payout' AND p.amount > 0)
    """,
    "payments.payouts_follow_their_batch": """
        SELECT o.id, o.status, b.status AS batch
        FROM payments_payout o JOIN payments_payoutbatch b ON b.id = o.batch_id
        WHERE (o.status = 'planned') <> (b.status = 'draft')
           OR (o.status = 'dropped') <> (b.status = 'dropped')
    """,
    "payments.payouts_are_booked": """
        SELECT o.id, o.status, sent.id AS sent, paid.id AS paid, back.id AS back
        FROM payments_payout o
        LEFT JOIN payments_journalentry sent ON sent.key = 'payout:' || o.id
        LEFT JOIN payments_journalentry paid ON paid.key = 'payout-paid:' || o.id
        LEFT JOIN payments_journalentry back ON back.key = 'payout-bounced:' || o.id
        WHERE (o.status IN ('sent', 'paid', 'bounced')) <> (sent.id IS NOT NULL)
           OR (o.paid_at IS NOT NULL) <> (paid.id IS NOT NULL)
           OR (o.status = 'bounced') <> (back.id IS NOT NULL)
    """,
    "payments.payouts_on_their_way_are_sent": """
        SELECT way.total AS on_their_way, sent.total AS sent
        FROM (SELECT -coalesce(sum(p.amount), 0) AS total
              FROM payments_posting p JOIN payments_ledgeraccount a ON a.id = p.account_id
              WHERE a.kind = 'payouts') way,
             (SELECT coalesce(sum(o.amount), 0) AS total
              FROM payments_payout o WHERE o.status = 'sent') sent
        WHERE way.total <> sent.total
    """,
    "payments.producers_are_owed_what_is_unpaid": """
        SELECT a.code, sum(p.amount) AS balance,
               sum(p.amount) FILTER (
                   WHERE (l.id IS NULL AND NOT (p.item = 'payout' AND p.amount > 0)) OR o.status = 'planned'
               ) AS unpaid
        FROM payments_posting p
        JOIN payments_ledgeraccount a ON a.id = p.account_id
        LEFT JOIN payments_payoutline l ON l.posting_id = p.id
        LEFT JOIN payments_payout o ON o.id = l.payout_id
        WHERE a.kind = 'producer'
        GROUP BY a.id
        HAVING sum(p.amount) <> coalesce(sum(p.amount) FILTER (
            WHERE (l.id IS NULL AND NOT (p.item = 'payout' AND p.amount > 0)) OR o.status = 'planned'
        ), 0)
    """,
    "payments.nothing_is_paid_before_its_day": """
        SELECT o.id, p.reference, b.up_to, max(p.due_on) AS due_on, -sum(p.amount) AS amount
        FROM payments_payoutline l
        JOIN payments_payout o ON o.id = l.payout_id
        JOIN payments_payoutbatch b ON b.id = o.batch_id
        JOIN payments_posting p ON p.id = l.posting_id
        JOIN payments_journalentry e ON e.id = p.entry_id
        GROUP BY o.id, b.id, p.reference,
                 CASE WHEN e.kind IN ('settlement', 'return') THEN 0 ELSE e.id END
        HAVING (max(p.due_on) > b.up_to AND sum(p.amount) < 0)
            OR b.up_to > (b.prepared_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    """,
}
