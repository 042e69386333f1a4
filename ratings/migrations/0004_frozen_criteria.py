"""What a dossier was begun with stays as it was: the database refuses changes to frozen criteria."""

from django.db import migrations

# A row of a set may change only while nobody can freeze it: FOR SHARE waits for a freeze under way
# and makes a later one wait.
FORWARD = """
CREATE FUNCTION ratings_refuse_if_frozen(set_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    frozen timestamptz;
BEGIN
    SELECT frozen_at INTO frozen FROM ratings_criteriaset WHERE id = set_id FOR SHARE;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION 'criteria set % is frozen', set_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'criteria_frozen';
    END IF;
END $$;

CREATE FUNCTION ratings_criterion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM ratings_refuse_if_frozen(OLD.criteria_set_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM ratings_refuse_if_frozen(NEW.criteria_set_id);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION ratings_option_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM ratings_refuse_if_frozen(
            (SELECT criteria_set_id FROM ratings_criterion WHERE id = OLD.criterion_id)
        );
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM ratings_refuse_if_frozen(
            (SELECT criteria_set_id FROM ratings_criterion WHERE id = NEW.criterion_id)
        );
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION ratings_criteriaset_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.frozen_at IS DISTINCT FROM OLD.frozen_at OR NEW.version_id <> OLD.version_id THEN
        RAISE EXCEPTION 'criteria set % is frozen', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'criteria_frozen';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON ratings_criterion
    FOR EACH ROW EXECUTE FUNCTION ratings_criterion_guard();
CREATE TRIGGER option_frozen BEFORE INSERT OR UPDATE OR DELETE ON ratings_criterionoption
    FOR EACH ROW EXECUTE FUNCTION ratings_option_guard();
CREATE TRIGGER criteriaset_frozen BEFORE UPDATE ON ratings_criteriaset
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION ratings_criteriaset_guard();
"""

BACKWARD = """
DROP TRIGGER criteriaset_frozen ON ratings_criteriaset;
DROP TRIGGER option_frozen ON ratings_criterionoption;
DROP TRIGGER criterion_frozen ON ratings_criterion;
DROP FUNCTION ratings_criteriaset_guard();
DROP FUNCTION ratings_option_guard();
DROP FUNCTION ratings_criterion_guard();
DROP FUNCTION ratings_refuse_if_frozen(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0003_rating_workflow")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
