"""A decision to refer that a later meeting has replaced carries nothing, and what is only added to
stays: the rights are withheld, for a session can tell pgtrigger's triggers to stand aside."""

from django.db import migrations

from boligsak.withheld import withhold

_STANDS = """
CREATE FUNCTION arrears_referral_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NOT (OLD.filed_on IS NULL AND NEW.filed_on IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM arrears_casedecision AS made JOIN arrears_casedecision AS later
            ON later.case_id = made.case_id
        WHERE made.id = NEW.decision_id AND later.withdrawn_on IS NULL
            AND later.kind NOT IN ('collection', 'bailiff', 'court', 'tribunal', 'distraint')
            AND (later.held_on, later.id) > (made.held_on, made.id)
    ) THEN
        PERFORM arrears_referral_refuse('a later meeting has decided something else');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER arrears_referral_needs_its_decision_to_stand
BEFORE INSERT OR UPDATE ON arrears_referral
FOR EACH ROW EXECUTE FUNCTION arrears_referral_decision_stands();
"""

_BACK = """
DROP TRIGGER arrears_referral_needs_its_decision_to_stand ON arrears_referral;
DROP FUNCTION arrears_referral_decision_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("arrears", "0020_one_open_measure_of_a_kind")]
    operations = [
        migrations.RunSQL(_STANDS, _BACK),
        withhold(
            "UPDATE, DELETE",
            "arrears_caseact",
            "arrears_tenantview",
            "arrears_childrenassessment",
            "arrears_interestpart",
            "arrears_caseevent",
            "arrears_contactattemptevent",
            "arrears_debtsettlementevent",
            "arrears_expectedpaymentevent",
            "arrears_measureevent",
            "arrears_measurekindevent",
            "arrears_noticeevent",
            "arrears_noticeservingevent",
            "arrears_occupantevent",
            "arrears_referralevent",
            "arrears_repaymentplanevent",
        ),
        withhold(
            "DELETE",
            "arrears_case",
            "arrears_casetrigger",
            "arrears_contactattempt",
            "arrears_measure",
            "arrears_nextstep",
            "arrears_repaymentplan",
            "arrears_task",
        ),
    ]
