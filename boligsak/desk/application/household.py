"""Who applies and who is to live there, beside the application; consents, and the steps on the
application itself."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.desk.who import age_words
from tenants.models import Application, ApplicationState
from tenants.queries.applications import members_of, size_of
from tenants.queries.duplicates import other_applications
from tenants.rules.applications import Step
from tenants.services.applications.assessing import consents_now
from tenants.views.application_steps import step_address
from tenants.words.applications import CONSENT_NAMES, household_words, kind_name


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Names of those who are to live there are the welfare side's; whoever allocates reads how many
    and how old the children are."""
    members = members_of(application)
    size = size_of(members, day)
    applicant = application.applicant
    people = [one.person_id for one in members]
    pk = application.pk
    shown: dict[str, Any] = {
        "size": household_words(size.adults, size.children, size.part_time),
        "ages": ", ".join(
            _("%(years)d years") % {"years": age} for age in size.ages if age is not None
        ),
        "applicant": applicant
        and {
            "name": str(applicant),
            "href": reverse("desk:person", args=[applicant.pk]),
            "phone": applicant.phone,
        },
        "office": application.office.name,
        "lease": application.lease
        and {
            "number": application.lease.number,
            "href": reverse("desk:lease", args=[application.lease_id]),
        },
        "others": [
            {
                "number": one.number,
                "kind": "" if one.is_masked else kind_name(one.kind),
                "href": reverse("desk:application", args=[one.application_id]),
            }
            for one in other_applications(
                people, but=pk, applicant_id=application.applicant_id, user=reader.user
            )
        ],
        "change": step_address(pk, Step.HOUSEHOLD) if reader.may_work else "",
        "give": reverse("tenants:application_owner", args=[pk]) if reader.may_work else "",
        "withdraw": reverse("tenants:application_withdraw", args=[pk]) if reader.may_work else "",
        "saw": people if reader.sees_social else [],
    }
    if reader.sees_social:
        consents = [
            CONSENT_NAMES[code] for code, given in consents_now(application).items() if given
        ]
        shown |= {
            "members": [
                {
                    "name": str(one.person),
                    "href": reverse("desk:person", args=[one.person_id]),
                    "words": ", ".join(
                        word
                        for word in (
                            age_words(one.person.born_on, day),
                            _("part of the time") if one.is_part_time else "",
                        )
                        if word
                    ),
                }
                for one in members
                if one.person_id != application.applicant_id
            ],
            "consents": consents,
            "change_consents": step_address(pk, Step.CONSENTS) if reader.may_work else "",
            "sees_consents": True,
        }
    if application.state == ApplicationState.WITHDRAWN and reader.sees_social:
        shown["ended_because"] = application.ended_because
    return shown


def events(application: Application, reader: Reader) -> list[Event]:
    """Told with the application's other steps."""
    return []
