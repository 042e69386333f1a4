"""The database itself refuses to change the ledger, and to commit an entry that does not balance."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_ledger_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journalentry_immutable BEFORE UPDATE OR DELETE ON payments_journalentry
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_is_immutable();
CREATE TRIGGER posting_immutable BEFORE UPDATE OR DELETE ON payments_posting
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_is_immutable();

CREATE FUNCTION payments_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
    total numeric;
    lines integer;
BEGIN
    IF TG_TABLE_NAME = 'payments_posting' THEN entry := NEW.entry_id; ELSE entry := NEW.id; END IF;
    SELECT coalesce(sum(amount), 0), count(*) INTO total, lines FROM payments_posting WHERE entry_id = entry;
    IF total <> 0 OR lines < 2 THEN
        RAISE EXCEPTION 'journal entry % has % postings that sum to %', entry, lines, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON payments_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_entry_balances();
CREATE CONSTRAINT TRIGGER journalentry_balances AFTER INSERT ON payments_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_entry_balances();
"""
BACKWARD = """
DROP TRIGGER journalentry_balances ON payments_journalentry;
DROP TRIGGER posting_balances ON payments_posting;
DROP FUNCTION payments_entry_balances;
DROP TRIGGER posting_immutable ON payments_posting;
DROP TRIGGER journalentry_immutable ON payments_journalentry;
DROP FUNCTION payments_ledger_is_immutable;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
