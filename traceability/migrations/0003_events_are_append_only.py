"""The database itself refuses to change an event, and to add one that does not follow the last."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION traceability_event_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are only ever added to: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER traceevent_immutable BEFORE UPDATE OR DELETE ON traceability_traceevent
    FOR EACH ROW EXECUTE FUNCTION traceability_event_is_immutable();
CREATE TRIGGER dailyroot_immutable BEFORE UPDATE OR DELETE ON traceability_dailyroot
    FOR EACH ROW EXECUTE FUNCTION traceability_event_is_immutable();

CREATE FUNCTION traceability_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT sequence, hash INTO last FROM traceability_traceevent
        WHERE lot_id = NEW.lot_id ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> coalesce(last.sequence, 0) + 1
       OR NEW.previous <> coalesce(last.hash, repeat('0', 64))
       OR NEW.hash <> encode(sha256(convert_to(NEW.previous || E'\\n' || NEW.body, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'event % of lot % does not follow the last', NEW.sequence, NEW.lot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_follows';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER traceevent_follows BEFORE INSERT ON traceability_traceevent
    FOR EACH ROW EXECUTE FUNCTION traceability_event_follows();
"""
BACKWARD = """
DROP TRIGGER traceevent_follows ON traceability_traceevent;
DROP FUNCTION traceability_event_follows;
DROP TRIGGER dailyroot_immutable ON traceability_dailyroot;
DROP TRIGGER traceevent_immutable ON traceability_traceevent;
DROP FUNCTION traceability_event_is_immutable;
"""


class Migration(migrations.Migration):
    dependencies = [("traceability", "0002_locations_events_labels_recalls")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
