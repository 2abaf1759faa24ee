"""What is only added to, and what is never removed, whatever a session tells the triggers."""

from django.db import migrations

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [("tenants", "0009_from_application_to_lease")]
    operations = [
        withhold(
            "UPDATE, DELETE",
            "tenants_appealevent",
            "tenants_applicationact",
            "tenants_applicationevent",
            "tenants_applicationmemberevent",
            "tenants_complaintevent",
            "tenants_conditionevent",
            "tenants_consent",
            "tenants_contractsignature",
            "tenants_criterionevent",
            "tenants_decisionevent",
            "tenants_dwellingholdevent",
            "tenants_economyassessment",
            "tenants_guaranteeevent",
            "tenants_leasecontractevent",
            "tenants_moveoutevent",
            "tenants_offerevent",
            "tenants_serviceagreementevent",
            "tenants_supportassessment",
            "tenants_supportmeasureevent",
        ),
        withhold(
            "DELETE",
            "tenants_application",
            "tenants_complaint",
            "tenants_condition",
            "tenants_decision",
            "tenants_offer",
            "tenants_partychange",
            "tenants_rentchange",
        ),
    ]
