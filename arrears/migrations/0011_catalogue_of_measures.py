"""The measures that a new installation starts with: everything that is tried before a home is lost.

The municipality changes them in the administration.
"""

import datetime

from django.db import migrations

VALID_FROM = datetime.date(2020, 1, 1)

WELFARE, HOUSING_UNIT, LANDLORD = "welfare", "housing_unit", "landlord"
ARREARS, EXPIRY, COMPLAINT = "arrears", "expiry", "complaint"
EVERY = [ARREARS, EXPIRY, COMPLAINT]

_SERVICES = "helse- og omsorgstjenesteloven § 3-2"
_SOCIAL = "sosialtjenesteloven"
_PETITION = "etter begjæring om fravikelse"

REQUIRED, CHILDREN, SOCIAL, LASTING = "is_required", "needs_children", "is_social", "is_lasting"

# code, name, English name, explanation, English explanation, source, party, triggers, marks
KINDS = [
    (
        "early-contact",
        "Tidlig kontakt med husstanden",
        "Early contact with the household",
        "Brev, telefon, SMS og hjemmebesøk. Hvert forsøk føres under Kontakt og svarer på dette.",
        "Letter, phone, SMS and home visit. Each attempt is entered under Contact and answers this.",
        "",
        WELFARE,
        EVERY,
        {REQUIRED},
    ),
    (
        "information",
        "Informasjonen er forstått, med tolk ved behov",
        "The information is understood, with an interpreter where needed",
        "Leietakeren vet hva saken gjelder, hva som kan skje og hvilken hjelp som finnes.",
        "The tenant knows what the case is about, what may happen and what help there is.",
        "forvaltningsloven § 11, tolkeloven § 6",
        WELFARE,
        EVERY,
        {REQUIRED},
    ),
    (
        "tenants-view",
        "Leietakerens og familiens syn",
        "The tenant's and the family's view",
        "Skrives under Leietakerens syn og svarer på dette.",
        "Written under The tenant's view, and answers this.",
        "boligsosialloven",
        WELFARE,
        EVERY,
        {REQUIRED},
    ),
    (
        "childrens-interest",
        "Barnas beste er vurdert skriftlig",
        "The children's best interest is assessed in writing",
        "Skrives som egen vurdering når det bor barn der.",
        "Written as an assessment of its own when children live there.",
        "barnekonvensjonen art. 3, Grunnloven § 104",
        WELFARE,
        EVERY,
        {REQUIRED, CHILDREN, SOCIAL},
    ),
    (
        "benefits",
        "Bostøtte og andre rettigheter er sjekket",
        "Housing allowance and other rights are checked",
        "Bostøtte, trygdeytelser, barnetrygd, bidrag, skatt.",
        "Housing allowance, benefits, child benefit, maintenance, tax.",
        f"bustøttelova, {_SOCIAL} § 17",
        WELFARE,
        [ARREARS],
        {REQUIRED, SOCIAL},
    ),
    (
        "debt-advice",
        "Økonomisk råd og gjeldsrådgivning",
        "Economic advice and debt advice",
        "",
        "",
        f"{_SOCIAL} § 17",
        WELFARE,
        [ARREARS],
        {REQUIRED, SOCIAL},
    ),
    (
        "voluntary-deduction",
        "Frivillig trekk i inntekt",
        "Voluntary deduction from income",
        "Leietakeren lar lønn eller ytelse betale husleien direkte.",
        "The tenant lets wages or a benefit pay the rent directly.",
        "",
        WELFARE,
        [ARREARS],
        {REQUIRED, LASTING},
    ),
    (
        "repayment-plan",
        "Nedbetalingsavtale",
        "Repayment plan",
        "En avtale under Nedbetaling svarer på dette. Ellers skriver du hvorfor den ikke passer.",
        "A plan under Repayment answers this. Otherwise say why it does not fit.",
        "",
        WELFARE,
        [ARREARS],
        {REQUIRED},
    ),
    (
        "social-support",
        "Sosialstønad eller lån er vurdert",
        "Social support or a loan is considered",
        "Den vanlige veien til å dekke restanse for å unngå utkastelse.",
        "The usual way to cover arrears in order to avoid an eviction.",
        f"{_SOCIAL} §§ 18 og 19",
        WELFARE,
        [ARREARS],
        {REQUIRED, SOCIAL},
    ),
    (
        "practical-help",
        "Praktisk hjelp og oppfølging i hjemmet",
        "Practical help and follow-up in the home",
        "",
        "",
        f"{_SERVICES} første ledd nr. 6 b",
        WELFARE,
        [ARREARS, COMPLAINT],
        {REQUIRED, SOCIAL, LASTING},
    ),
    (
        "another-home",
        "Bytte til en rimeligere eller mer egnet bolig",
        "Move to a cheaper or more suitable home",
        "",
        "",
        "boligsosialloven",
        HOUSING_UNIT,
        EVERY,
        {REQUIRED},
    ),
    (
        "health-services",
        "Helse- og omsorgstjenester er vurdert",
        "Health and care services are considered",
        "",
        "",
        _SERVICES,
        WELFARE,
        [ARREARS, COMPLAINT],
        {REQUIRED, SOCIAL, LASTING},
    ),
    (
        "noise-mapping",
        "Støy og uro er kartlagt",
        "Noise and unrest are mapped",
        "Hva, når, hvem det går ut over, og hva leietakeren sier om det.",
        "What, when, who suffers from it, and what the tenant says about it.",
        "",
        LANDLORD,
        [COMPLAINT],
        {REQUIRED},
    ),
    (
        "nuisance-warning",
        "Skriftlig advarsel om støy og uro",
        "Written warning about noise and unrest",
        "En advarsel sendt under Brev og varsler svarer på dette.",
        "A warning sent under Letters and notices answers this.",
        "husleieloven § 9-9",
        LANDLORD,
        [COMPLAINT],
        {REQUIRED},
    ),
    (
        "service-agreement",
        "Bo- og tjenesteavtale er vurdert",
        "A service agreement is considered",
        "",
        "",
        f"{_SERVICES} første ledd nr. 6 b",
        WELFARE,
        [ARREARS, COMPLAINT],
        {REQUIRED, SOCIAL},
    ),
    (
        "renewal",
        "Kontrakten fornyes eller gjøres tidsubestemt i tide",
        "The contract is renewed or made open-ended in time",
        "",
        "",
        "husleieloven §§ 9-3 og 11-1",
        HOUSING_UNIT,
        [EXPIRY],
        {REQUIRED},
    ),
    (
        "nav-warning",
        "Varsel til Nav",
        "Warning to Nav",
        "Valgfritt, og ikke når leietakeren har reservert seg.",
        "Optional, and never when the tenant has reserved against it.",
        "husleieloven § 9-11",
        LANDLORD,
        EVERY,
        set(),
    ),
    (
        "pay-up",
        "Betaling etter begjæringen",
        "Paying up after the petition",
        "Stanser bare utkastelse for ubetalt leie, og bare til låsen er skiftet.",
        "Stops only an eviction for unpaid rent, and only until the lock is changed.",
        _PETITION,
        WELFARE,
        [ARREARS],
        set(),
    ),
    (
        "postponement",
        "Utsettelse av utkastelsen",
        "Postponement of the eviction",
        "Trenger utleiers samtykke.",
        "Needs the landlord's consent.",
        _PETITION,
        LANDLORD,
        EVERY,
        set(),
    ),
    (
        "nav-guarantee",
        "Garanti fra Nav",
        "Guarantee from Nav",
        "",
        "",
        _PETITION,
        WELFARE,
        [ARREARS],
        {SOCIAL},
    ),
    (
        "temporary-housing",
        "Midlertidig bolig er klar før dagen",
        "Temporary housing is ready before the day",
        "",
        "",
        f"{_SOCIAL} § 27",
        WELFARE,
        EVERY,
        {SOCIAL},
    ),
]


def seed(apps, schema_editor):
    kinds = apps.get_model("arrears", "MeasureKind")
    standing = set(kinds.objects.values_list("code", flat=True))
    kinds.objects.bulk_create(
        kinds(
            code=code,
            name_nb=name_nb,
            name_en=name_en,
            help_nb=help_nb,
            help_en=help_en,
            source=source,
            party=party,
            triggers=triggers,
            position=10 * place,
            valid_from=VALID_FROM,
            **{mark: mark in marks for mark in (REQUIRED, CHILDREN, SOCIAL, LASTING)},
        )
        for place, (
            code,
            name_nb,
            name_en,
            help_nb,
            help_en,
            source,
            party,
            triggers,
            marks,
        ) in enumerate(KINDS, start=1)
        if code not in standing
    )


def unseed(apps, schema_editor):
    """Those that no case has used go again; the others are part of somebody's file."""
    apps.get_model("arrears", "MeasureKind").objects.filter(
        code__in=[row[0] for row in KINDS], measures=None
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("arrears", "0010_lasting_measures")]
    operations = [migrations.RunPython(seed, unseed)]
