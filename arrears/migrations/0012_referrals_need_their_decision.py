"""No referral without its meeting's decision, whatever hand writes it, and none changed afterwards.

The triggers are plain ones: a session can tell pgtrigger's to stand aside, and these it cannot.
"""

from django.db import migrations

from boligsak.withheld import withhold

_DECISION = """
CREATE FUNCTION arrears_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a decision of a meeting is never removed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'arrears_decision_stays';
    END IF;
    IF OLD.withdrawn_on IS NOT NULL
        OR to_jsonb(NEW) - ARRAY['withdrawn_on', 'withdrawn_by_id', 'withdrawn_because']
            <> to_jsonb(OLD) - ARRAY['withdrawn_on', 'withdrawn_by_id', 'withdrawn_because']
    THEN
        RAISE EXCEPTION 'a decision of a meeting is never changed, only withdrawn'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'arrears_decision_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER arrears_decision_stays BEFORE UPDATE OR DELETE ON arrears_casedecision
FOR EACH ROW EXECUTE FUNCTION arrears_decision_stays();
"""

_REFERRAL = """
CREATE FUNCTION arrears_referral_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why
        USING ERRCODE = 'check_violation', CONSTRAINT = 'arrears_referral_needs_its_decision';
END $$;

CREATE FUNCTION arrears_referral_gate_is_open(gate jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_typeof(gate) = 'array' AND jsonb_array_length(gate) > 0 AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(gate) AS one
        WHERE one ->> 'is_met' IS DISTINCT FROM 'true' OR coalesce(one ->> 'code', '') = ''
    )
$$;

CREATE FUNCTION arrears_referral_decision_holds(decision bigint, referred bigint, kind text,
    day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    made arrears_casedecision;
    rate rates_rate;
BEGIN
    -- Held until the transaction ends: nobody withdraws it in between.
    SELECT * INTO made FROM arrears_casedecision AS one WHERE one.id = decision FOR SHARE;
    IF made.id IS NULL OR made.case_id <> referred OR made.kind <> kind THEN
        PERFORM arrears_referral_refuse('a referral needs a decision of the same case and kind');
    END IF;
    IF made.withdrawn_on IS NOT NULL THEN
        PERFORM arrears_referral_refuse('the decision of the meeting is withdrawn');
    END IF;
    IF NOT (made.welfare_present AND made.landlord_present AND made.housing_unit_invited) THEN
        PERFORM arrears_referral_refuse('the parties were not there when it was decided');
    END IF;
    SELECT * INTO rate FROM rates_rate AS one
    WHERE one.kind = 'referral-decision-lapses' AND one.valid_from <= day
    ORDER BY one.valid_from DESC LIMIT 1;
    IF rate.id IS NULL OR rate.valid_to < day THEN
        PERFORM arrears_referral_refuse('how long a decision lasts is not entered for that day');
    END IF;
    IF made.held_on > day OR day > made.held_on + rate.value::integer THEN
        PERFORM arrears_referral_refuse('the meeting is not held, or its decision has lapsed');
    END IF;
END $$;

CREATE FUNCTION arrears_referral_needs_its_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    referred arrears_case;
    fixed text[] := ARRAY['case_id', 'lease_id', 'decision_id', 'kind', 'ground', 'reason', 'gate',
        'made_on', 'by_id', 'entered_at', 'days_to_contact', 'contacts_before', 'measures_before',
        'days_open'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM arrears_referral_refuse('a referral is never removed');
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO referred FROM arrears_case AS one WHERE one.id = NEW.case_id;
        IF referred.status IS DISTINCT FROM 'open' OR referred.lease_id <> NEW.lease_id THEN
            PERFORM arrears_referral_refuse('a referral belongs to an open case and its lease');
        END IF;
        IF NEW.state <> 'prepared' OR NEW.filed_on IS NOT NULL THEN
            PERFORM arrears_referral_refuse('a referral is prepared before it is sent');
        END IF;
        IF NOT arrears_referral_gate_is_open(NEW.gate) THEN
            PERFORM arrears_referral_refuse('the gate is not open');
        END IF;
        PERFORM arrears_referral_decision_holds(
            NEW.decision_id, NEW.case_id, NEW.kind, NEW.made_on);
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM unnest(fixed) AS name
        WHERE to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name
    ) THEN
        PERFORM arrears_referral_refuse('what a referral rests on is never changed');
    END IF;
    IF OLD.state IN ('paid_up', 'withdrawn', 'carried_out', 'ended') AND NEW.state <> OLD.state
    THEN
        PERFORM arrears_referral_refuse('a referral that is over stays so');
    END IF;
    IF OLD.filed_on IS NOT NULL AND (
        NEW.filed_on IS DISTINCT FROM OLD.filed_on OR NEW.gate_at_filing <> OLD.gate_at_filing
        OR NEW.state = 'prepared'
    ) THEN
        PERFORM arrears_referral_refuse('a referral that is sent stays sent');
    END IF;
    IF OLD.filed_on IS NULL AND NEW.filed_on IS NOT NULL THEN
        IF NEW.filed_on < NEW.made_on OR NEW.state <> 'filed' THEN
            PERFORM arrears_referral_refuse('a referral is sent after it was prepared');
        END IF;
        IF NOT arrears_referral_gate_is_open(NEW.gate_at_filing) THEN
            PERFORM arrears_referral_refuse('the gate is not open');
        END IF;
        PERFORM arrears_referral_decision_holds(
            NEW.decision_id, NEW.case_id, NEW.kind, NEW.filed_on);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER arrears_referral_needs_its_decision
BEFORE INSERT OR UPDATE OR DELETE ON arrears_referral
FOR EACH ROW EXECUTE FUNCTION arrears_referral_needs_its_decision();
"""

_BACK = """
DROP TRIGGER arrears_referral_needs_its_decision ON arrears_referral;
DROP FUNCTION arrears_referral_needs_its_decision();
DROP FUNCTION arrears_referral_decision_holds(bigint, bigint, text, date);
DROP FUNCTION arrears_referral_gate_is_open(jsonb);
DROP FUNCTION arrears_referral_refuse(text);
"""

_DECISION_BACK = """
DROP TRIGGER arrears_decision_stays ON arrears_casedecision;
DROP FUNCTION arrears_decision_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("arrears", "0011_catalogue_of_measures"),
        ("rates", "0002_rates_of_the_law"),
    ]
    operations = [
        migrations.RunSQL(_DECISION, _DECISION_BACK),
        migrations.RunSQL(_REFERRAL, _BACK),
        withhold(
            "UPDATE, DELETE",
            "arrears_referralstep",
            "arrears_emergencyact",
            "arrears_casecost",
            "arrears_gateanswer",
        ),
        withhold("DELETE", "arrears_casedecision", "arrears_referral", "arrears_debtsettlement"),
    ]
