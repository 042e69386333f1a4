"""A locked scorecard and its scores stay as they are, whatever asks for a change.

Adding a score waits for a card that is being locked at the same moment (FOR SHARE), and then
sees that it is locked.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION ratings_refuse_locked_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a locked scorecard never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'scorecard_locked';
END $$;

CREATE FUNCTION ratings_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    card bigint;
BEGIN
    FOREACH card IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.card_id]
        WHEN 'DELETE' THEN ARRAY[OLD.card_id]
        ELSE ARRAY[OLD.card_id, NEW.card_id]
    END LOOP
        PERFORM 1 FROM ratings_scorecard WHERE id = card FOR SHARE;
        IF EXISTS (SELECT 1 FROM ratings_scorecard WHERE id = card AND locked_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a locked scorecard never changes'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'scorecard_locked';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER scorecard_locked BEFORE UPDATE OR DELETE ON ratings_scorecard
    FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION ratings_refuse_locked_card();
CREATE TRIGGER score_of_locked_card BEFORE INSERT OR UPDATE OR DELETE ON ratings_score
    FOR EACH ROW EXECUTE FUNCTION ratings_guard_score();
"""

DROP = """
DROP TRIGGER score_of_locked_card ON ratings_score;
DROP TRIGGER scorecard_locked ON ratings_scorecard;
DROP FUNCTION ratings_guard_score();
DROP FUNCTION ratings_refuse_locked_card();
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0004_frozen_criteria")]

    operations = [migrations.RunSQL(CREATE, DROP)]
