"""Pages: from the waiting list to the lease."""

from django.urls import URLPattern, path

from tenants.views import (
    contracts,
    guarantees,
    homes,
    making_leases,
    matches,
    offer_steps,
    offers,
    vacancies,
    waiting,
)

urlpatterns: list[URLPattern] = [
    path("", homes.homes, name="homes"),
    path("waiting/", waiting.waiting_list, name="waiting"),
    path("waiting/export/", waiting.waiting_export, name="waiting_export"),
    path("empty/", vacancies.vacancy_list, name="vacancies"),
    path("empty/export/", vacancies.vacancies_export, name="vacancies_export"),
    path("empty/<int:pk>/match/", matches.match_dwelling, name="match_dwelling"),
    path("empty/<int:pk>/hold/", vacancies.hold_new, name="hold_new"),
    path("holds/<int:pk>/", vacancies.hold, name="hold"),
    path("holds/<int:pk>/end/", vacancies.hold_end, name="hold_end"),
    path("match/<int:pk>/", matches.match, name="match"),
    path("match/<int:pk>/<int:dwelling>/", offers.reserve_home, name="reserve"),
    path("offers/", offers.offer_list, name="offers"),
    path("offers/export/", offers.offers_export, name="offers_export"),
    path("offers/<int:pk>/", offers.offer, name="offer"),
    path("offers/<int:pk>/send/", offer_steps.offer_send, name="offer_send"),
    path("offers/<int:pk>/extend/", offer_steps.offer_extend, name="offer_extend"),
    path("offers/<int:pk>/accept/", offer_steps.offer_accept, name="offer_accept"),
    path("offers/<int:pk>/decline/", offer_steps.offer_decline, name="offer_decline"),
    path("offers/<int:pk>/withdraw/", offer_steps.offer_withdraw, name="offer_withdraw"),
    path("offers/<int:pk>/lease/", making_leases.make_lease, name="make_lease"),
    path("contracts/<int:pk>/", contracts.contract, name="contract"),
    path("contracts/<int:pk>/sign/", contracts.contract_sign, name="contract_sign"),
    path("contracts/<int:pk>/finish/", contracts.contract_finish, name="contract_finish"),
    path("contracts/<int:pk>/anew/", contracts.contract_anew, name="contract_anew"),
    path("contracts/<int:pk>/drop/", contracts.contract_drop, name="contract_drop"),
    path("leases/<int:pk>/guarantee/", guarantees.guarantee_new, name="guarantee_new"),
    path("guarantees/<int:pk>/end/", guarantees.guarantee_end, name="guarantee_end"),
]
