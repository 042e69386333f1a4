"""What must always hold between products and their recognitions: each statement returns no rows.

Collected by ``manage.py check_invariants``.
"""

INVARIANTS: dict[str, str] = {
    "ratings.star_has_certificate_in_force": """
        SELECT p.id, p.slug, p.stars, p.stars_valid_until, p.stars_lapsed_after, p.certificate_number
        FROM catalog_product p
        WHERE p.stars IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM ratings_certificate c
            WHERE c.product_id = p.id AND c.status = 'issued' AND c.basis = 'decision'
              AND c.number = p.certificate_number AND c.stars = p.stars
              AND c.expiry_earliest IS NOT DISTINCT FROM p.stars_valid_until
              AND coalesce(c.expiry_latest, c.expiry_earliest) IS NOT DISTINCT FROM p.stars_lapsed_after
        )
    """,
    "ratings.certificate_in_force_shows_on_product": """
        SELECT c.id, c.number, c.stars, p.stars AS shown
        FROM ratings_certificate c JOIN catalog_product p ON p.id = c.product_id
        WHERE c.status = 'issued' AND c.basis = 'decision'
          AND (p.certificate_number <> c.number OR p.stars IS DISTINCT FROM c.stars)
    """,
    "ratings.number_names_a_recognition_of_the_product": """
        SELECT p.id, p.slug, p.certificate_number
        FROM catalog_product p
        LEFT JOIN ratings_certificate c
          ON c.number = p.certificate_number AND c.product_id = p.id AND c.status = 'issued'
        WHERE p.certificate_number <> '' AND c.id IS NULL
    """,
    "ratings.later_decision_is_in_force": """
        SELECT c.id, c.number, later.number AS later_number
        FROM ratings_certificate c
        JOIN ratings_ratingdecision d ON d.id = c.decision_id
        JOIN ratings_certificate later ON later.product_id = c.product_id AND later.id <> c.id
        JOIN ratings_ratingdecision ld ON ld.id = later.decision_id
        WHERE c.status = 'issued' AND c.basis = 'decision'
          AND later.basis = 'decision' AND later.status <> 'revoked'
          AND ld.decided_earliest > d.decided_latest
    """,
    "ratings.validity_is_36_months": """
        SELECT c.id, c.number, d.decided_on, c.valid_until, c.expiry_earliest, c.expiry_latest
        FROM ratings_certificate c JOIN ratings_ratingdecision d ON d.id = c.decision_id
        WHERE c.validity_is_computed AND (
            c.expiry_earliest <> (d.decided_earliest + interval '36 months')::date
            OR c.expiry_latest <> (d.decided_latest + interval '36 months')::date
            OR (d.decided_on IS NULL AND c.valid_until IS NOT NULL)
            OR (d.decided_on IS NOT NULL
                AND c.valid_until <> (d.decided_on + interval '36 months')::date)
        )
    """,
    "ratings.only_decisions_have_validity": """
        SELECT id, number, basis, valid_until, expiry_earliest FROM ratings_certificate
        WHERE basis <> 'decision' AND (valid_until IS NOT NULL OR expiry_earliest IS NOT NULL)
    """,
    "ratings.counter_covers_numbers": """
        SELECT c.number, k.last
        FROM ratings_certificate c
        LEFT JOIN ratings_registercounter k
          ON k.province_id = split_part(c.number, '-', 1)
         AND k.year = split_part(c.number, '-', 2)::integer
        WHERE k.id IS NULL OR split_part(c.number, '-', 3)::integer > k.last
    """,
    "ratings.certified_dossier_has_its_certificate": """
        SELECT d.id, d.code, d.status, c.number
        FROM ratings_dossier d LEFT JOIN ratings_certificate c ON c.dossier_id = d.id
        WHERE (d.status = 'certified') <> (c.id IS NOT NULL)
    """,
    "ratings.dossier_in_decision_is_in_one_draft": """
        SELECT d.id, d.code, d.status, count(r.id) AS drafts
        FROM ratings_dossier d
        LEFT JOIN ratings_decisionline l ON l.dossier_id = d.id
        LEFT JOIN ratings_ratingdecision r ON r.id = l.decision_id AND r.status = 'draft'
        GROUP BY d.id HAVING count(r.id) <> (d.status = 'in_decision')::integer
    """,
    "ratings.signed_line_has_its_certificate": """
        SELECT r.id, r.number, l.position, c.number AS certificate
        FROM ratings_ratingdecision r JOIN ratings_decisionline l ON l.decision_id = r.id
        LEFT JOIN ratings_certificate c ON c.id = l.certificate_id
        WHERE r.status = 'signed' AND (
            c.id IS NULL
            OR (r.kind = 'recognition' AND (c.decision_id <> r.id OR c.dossier_id <> l.dossier_id))
            OR (r.kind = 'revocation' AND (c.revocation_id IS DISTINCT FROM r.id))
        )
    """,
    "ratings.decision_has_two_persons": """
        SELECT id, number, status, drafted_by_id, signed_by_id FROM ratings_ratingdecision
        WHERE drafted_by_id = signed_by_id
           OR (drafted_by_id IS NULL AND status <> 'signed')
           OR (drafted_by_id IS NOT NULL AND (status = 'signed') <> (signed_by_id IS NOT NULL))
    """,
    "ratings.revoked_by_a_signed_decision": """
        SELECT c.id, c.number, c.status, r.number AS revocation
        FROM ratings_certificate c LEFT JOIN ratings_ratingdecision r ON r.id = c.revocation_id
        WHERE (c.status = 'revoked' AND c.source_row IS NULL AND r.id IS NULL)
           OR (r.id IS NOT NULL
               AND (c.status <> 'revoked' OR r.kind <> 'revocation' OR r.status <> 'signed'))
    """,
    "ratings.import_rows_are_all_accounted_for": """
        SELECT b.id, b.counts ->> 'read' AS read, count(r.id) AS kept
        FROM ratings_importbatch b LEFT JOIN ratings_importrow r ON r.batch_id = b.id
        GROUP BY b.id HAVING count(r.id) <> (b.counts ->> 'read')::integer
    """,
}
