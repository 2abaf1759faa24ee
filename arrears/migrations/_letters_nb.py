"""The first bokmål templates of letters about arrears: (kind, title, text)."""

_TOP = "Gjelder: {about}\n\n"
_MONEY = "{charges}\n\n{total}\n\n{pay_to}\n\n{deadline}\n\n"
_HELP = "{own_words}\n\n{help}\n\n"
_ASK = "Spørsmål? {contact}"

LETTERS = [
    (
        "notice-reminder",
        "Påminnelse om betaling",
        _TOP
        + "Vi kan ikke se at du har betalt dette:\n"
        + _MONEY
        + "{already_paid}\n\n"
        + _HELP
        + _ASK,
    ),
    (
        "notice-collection_notice",
        "Inkassovarsel",
        _TOP
        + "Du har ikke betalt:\n"
        + _MONEY
        + "{collection_follows}\n\n{objections}\n\n"
        + _HELP
        + _ASK,
    ),
    (
        "notice-payment_demand",
        "Betalingsoppfordring",
        _TOP
        + "{basis}\n\nDu har fortsatt ikke betalt:\n"
        + _MONEY
        + "{costs_follow}\n\n{objections}\n\n"
        + _HELP
        + _ASK,
    ),
    (
        "notice-warning_a",
        "Varsel om utkastelse: husleien er ikke betalt",
        _TOP
        + "Du har ikke betalt leien:\n"
        + _MONEY
        + "{eviction_follows}\n\n# Slik unngår du utkastelse\n{avoid_eviction}\n\n"
        + "# Varsel til Nav\n{nav_reservation}\n\n"
        + _HELP
        + _ASK,
    ),
    (
        "notice-warning_b",
        "Varsel om utkastelse: leiekontrakten er gått ut",
        _TOP
        + "{term_ended}\n\n{move_out}\n\n{deadline}\n\n{eviction_follows}\n\n"
        + "# Varsel til Nav\n{nav_reservation}\n\n{own_words}\n\n"
        + _ASK,
    ),
    (
        "notice-warning_c",
        "Varsel om utkastelse: leieforholdet er sagt opp",
        _TOP
        + "{terminated}\n\n{move_out}\n\n{deadline}\n\n{eviction_follows}\n\n"
        + "# Varsel til Nav\n{nav_reservation}\n\n{own_words}\n\n"
        + _ASK,
    ),
    (
        "notice-move_request",
        "Leiekontrakten er gått ut: du må flytte",
        _TOP + "{term_ended}\n\n{move_out}\n\n{own_words}\n\n" + _ASK,
    ),
    (
        "notice-termination",
        "Oppsigelse av leieavtalen",
        _TOP
        + "{terminates}\n\n# Begrunnelse\n{reasons}\n\n# Når du må flytte\n{notice_period}\n\n"
        + "# Du kan protestere\n{protest_right}\n\n{protest_consequence}\n\n{own_words}\n\n"
        + _ASK,
    ),
    (
        "notice-nuisance_warning",
        "Advarsel: du bryter leieavtalen",
        _TOP + "{behaviour}\n\n{must_end}\n\n{may_be_cancelled}\n\n{own_words}\n\n" + _ASK,
    ),
    (
        "notice-nav_warning",
        "Varsel til Nav om begjæring om utkastelse",
        "{copy_note}\n\n"
        + _TOP
        + "{nav_told}\n\n{petition_reason}\n\n{petition_from}\n\n{copy_to_tenant}\n\n{own_words}\n\n"
        + _ASK,
    ),
    (
        "repayment-plan",
        "Nedbetalingsavtale",
        """\
Avtalen gjelder gammel husleiegjeld i leieforhold {lease}.

Leietaker:
{tenants}

# Dette er avtalt
Til sammen: {total}
Først: {first}
Avdrag: {instalment}
Et avdrag kan være så lenge for sent: {tolerance}
{pay_to}

Husleien betales i tillegg, som før. Så lenge avtalen holdes, sender vi ikke purring eller inkassovarsel \
på det den dekker. Si fra til oss med en gang hvis du ikke klarer et avdrag.

{note}

# Avdragene
{schedule}

# Dette dekker avtalen
{covered}

# Underskrift
Jeg har lest avtalen og vil betale slik den sier.""",
    ),
    (
        "nav-package",
        "Opplysninger til søknad til Nav",
        """\
Opplysningene gjelder søknad om hjelp til å beholde boligen (sosialtjenesteloven §§ 18 og 19). De er hentet \
{date}.

Leietaker:
{tenants}

# Leieforholdet
{lease}

# Det som skyldes
{money}

{charges}

# Nedbetalingsavtale
{plan}

# Andre som betaler
{payers}

# Budsjett
Husstanden fortalte dette {budget_on}:
{budget}""",
    ),
    (
        "calling-card",
        "Hei",
        """\
Jeg var her {day} og ville gjerne ha snakket med deg. Ring meg, eller send meg en melding. Det er helt i \
orden å svare en annen dag.

Vennlig hilsen
**{who}**""",
    ),
]
