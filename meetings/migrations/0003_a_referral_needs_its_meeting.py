"""No referral without the meeting that decided it, and nobody rewrites a meeting that is closed.

The triggers are plain ones: a session can tell pgtrigger's to stand aside, and these it cannot.
"""

from django.db import migrations

from boligsak.withheld import withhold

_HELD = """
CREATE FUNCTION meetings_referral_needs_its_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM arrears_casedecision AS made
            JOIN meetings_agendaitem AS item ON item.recorded_id = made.id
            JOIN meetings_meeting AS meeting ON meeting.id = item.meeting_id
        WHERE made.id = NEW.decision_id AND item.case_id = NEW.case_id
            AND item.decision = NEW.kind AND item.state = 'discussed'
            AND meeting.state = 'closed' AND meeting.held_on = made.held_on
            AND EXISTS (SELECT FROM meetings_attendance AS one WHERE one.meeting_id = meeting.id
                AND one.party = 'welfare' AND one.presence = 'present')
            AND EXISTS (SELECT FROM meetings_attendance AS one WHERE one.meeting_id = meeting.id
                AND one.party = 'landlord' AND one.presence = 'present')
            AND EXISTS (SELECT FROM meetings_attendance AS one WHERE one.meeting_id = meeting.id
                AND one.party = 'housing_unit'
                AND (one.presence = 'present' OR one.invited_on < meeting.held_on))
    ) THEN
        RAISE EXCEPTION 'a referral needs a closed meeting of the parties that decided it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_referral_needs_its_meeting';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER meetings_referral_needs_its_meeting BEFORE INSERT ON arrears_referral
FOR EACH ROW EXECUTE FUNCTION meetings_referral_needs_its_meeting();
"""

_LOCKED = """
CREATE FUNCTION meetings_closed_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'meetings_meeting' THEN
        IF OLD.state <> 'closed' THEN
            RETURN NEW;
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            touched := touched || OLD.meeting_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            touched := touched || NEW.meeting_id;
        END IF;
        IF NOT EXISTS (SELECT FROM meetings_meeting AS meeting
            WHERE meeting.id = ANY (touched) AND meeting.state = 'closed')
        THEN
            RETURN coalesce(NEW, OLD);
        END IF;
    END IF;
    RAISE EXCEPTION 'the minutes of this meeting are locked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_closed_stays_closed';
END $$;

CREATE TRIGGER meetings_closed_stays_closed BEFORE UPDATE ON meetings_meeting
FOR EACH ROW EXECUTE FUNCTION meetings_closed_stays_closed();
CREATE TRIGGER meetings_closed_stays_closed BEFORE INSERT OR UPDATE ON meetings_agendaitem
FOR EACH ROW EXECUTE FUNCTION meetings_closed_stays_closed();
CREATE TRIGGER meetings_closed_stays_closed BEFORE INSERT OR UPDATE OR DELETE
ON meetings_attendance FOR EACH ROW EXECUTE FUNCTION meetings_closed_stays_closed();
"""

_HELD_BACK = """
DROP TRIGGER meetings_referral_needs_its_meeting ON arrears_referral;
DROP FUNCTION meetings_referral_needs_its_meeting();
"""

_LOCKED_BACK = """
DROP TRIGGER meetings_closed_stays_closed ON meetings_meeting;
DROP TRIGGER meetings_closed_stays_closed ON meetings_agendaitem;
DROP TRIGGER meetings_closed_stays_closed ON meetings_attendance;
DROP FUNCTION meetings_closed_stays_closed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0002_lock_the_items"),
        ("arrears", "0021_decisions_that_still_stand"),
    ]
    operations = [
        migrations.RunSQL(_HELD, _HELD_BACK),
        migrations.RunSQL(_LOCKED, _LOCKED_BACK),
        withhold(
            "UPDATE, DELETE",
            "meetings_minutes",
            "meetings_addition",
            "meetings_issuenote",
            "meetings_agendaitemevent",
            "meetings_meetingevent",
            "meetings_seriesevent",
            "meetings_systemissueevent",
        ),
        withhold("DELETE", "meetings_meeting", "meetings_agendaitem", "meetings_systemissue"),
    ]
