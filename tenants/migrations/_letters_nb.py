"""The first bokmål templates of letters about applications and leases: (kind, title, text)."""

_APPEAL = """\
# Du kan klage
Du kan klage på vedtaket innen {appeal_last_on}. Klagen sendes til oss. Vi vurderer saken på nytt, \
og sender klagen videre til {appeal_body} hvis vi ikke er enige med deg.

Klagen skal være skriftlig. Skriv hvilket vedtak du klager på ({decision}), hva du vil ha endret og \
hvorfor. Trenger du hjelp til å klage, kan du spørre oss.

Du har rett til å se dokumentene i saken din (forvaltningsloven §§ 18 og 19). Du kan be om at \
vedtaket ikke blir satt i verk før klagen er avgjort (forvaltningsloven § 42).

# Hvem har behandlet saken
Saksbehandler: {handler}
Ansvarlig: {responsible}"""

_DECISION = """\
Vi viser til søknad {application}, som vi fikk {received_on}. Vedtaket er truffet {made_on} og har \
nummer {decision}.

# Vedtak
**{outcome}**

{content}

Vedtaket gjelder til {lasts_to}.

# Vilkår
{conditions}

# Slik har du medvirket
{participation}

# Hvorfor
{reasons}

## Reglene vi har brukt
{rules}

"""

_CONTACT = "Spørsmål? {contact}"

_CONTRACT_HEAD = """\
# Partene
Utleier: {landlord}

Leier:
{tenants}

# Boligen
{dwelling}

# Leietid
Leieforholdet begynner {starts_on}. {term}
Siste dag er {ends_on}.

{term_reason}

# Leie
Leien er {rent} i måneden. Den betales forskuddsvis innen den {due_day}. i måneden. Faller dagen på \
en lørdag, søndag eller helligdag, kan du betale neste virkedag (husleieloven § 3-2).
Betal til konto {account}. Merk betalingen med KID {kid}.

Leien kan endres hvert år med endringen i konsumprisindeksen (husleieloven § 4-2), og til gjengs leie \
etter husleieloven § 4-3.

# Sikkerhet
{security}
"""

LETTERS = [
    (
        "decision-housing-help",
        "Vedtak om hjelp til bolig",
        _DECISION + "Vedtaket er gjort etter boligsosialloven.\n\n" + _APPEAL + "\n\n" + _CONTACT,
    ),
    (
        "decision-allocation",
        "Vedtak om kommunal bolig",
        _DECISION
        + "Vedtaket er gjort etter kommunens kriterier for kommunal bolig.\n\n"
        + _APPEAL
        + "\n\n"
        + _CONTACT,
    ),
    (
        "preliminary-answer",
        "Foreløpig svar på søknaden din",
        """\
Vi fikk søknaden din {received_on}. Den har nummer {application}.

Vi er ikke ferdige med saken. Derfor skriver vi til deg nå (forvaltningsloven § 11 a).

# Hvorfor det tar tid
{why}

# Når du får svar
Vi regner med at du får svar innen {expected_on}.

Har situasjonen din endret seg, må du si fra til oss. Har du ikke et sted å sove i natt, skal du ta \
kontakt med Nav med en gang.

"""
        + _CONTACT,
    ),
    (
        "appeal-received",
        "Vi har fått klagen din",
        """\
Vi fikk klagen din {appeal_received_on}. Den gjelder vedtak {decision} av {made_on}.

{late}

Vi vurderer saken på nytt. Er vi enige med deg, endrer vi vedtaket. Er vi ikke enige, sender vi klagen \
videre til klageinstansen, og du får kopi av det vi skriver.

Du får svar innen {expected_on}.

Du kan fortsatt sende oss opplysninger i saken.

"""
        + _CONTACT,
    ),
    (
        "appeal-sent-on",
        "Klagen din er sendt til klageinstansen",
        """\
Du klaget {appeal_received_on} på vedtak {decision} av {made_on}.

Vi har vurdert saken på nytt og endrer ikke vedtaket. Derfor sendte vi {sent_on} klagen til \
{appeal_body}, som avgjør den.

# Vår vurdering
{assessment}

# Hva skjer nå
Du får svar fra {appeal_body}. Du kan sende dem det du mener om vurderingen vår. Du har rett til å \
se dokumentene i saken din (forvaltningsloven §§ 18 og 19).

"""
        + _CONTACT,
    ),
    (
        "appeal-result",
        "Klagen din er avgjort",
        """\
Du klaget {appeal_received_on} på vedtak {decision} av {made_on}.

# Resultat
**{result}**

# Hvorfor
{reasons}

Du har rett til å se dokumentene i saken din (forvaltningsloven §§ 18 og 19).

"""
        + _CONTACT,
    ),
    (
        "condition-reminder",
        "Vilkår du må oppfylle før du får bolig",
        """\
Du har fått vedtak {decision} etter søknad {application}. Før du kan overta en bolig, må disse \
vilkårene være oppfylt:
{conditions}

Fristen er {due_on}.

Trenger du hjelp til å få det til, så ta kontakt med oss. Vi finner ut av det sammen.

"""
        + _CONTACT,
    ),
    (
        "offer",
        "Tilbud om bolig",
        """\
Du har søkt om bolig (søknad {application}). Vi tilbyr deg denne boligen:

**{dwelling}**
Antall rom: {rooms}
Areal: {area} kvadratmeter
{access}
Husleie i måneden: {rent}
Ledig fra: {available_from}

# Svar innen {expires_on}
Si fra til oss om du vil ha boligen eller ikke. Svarer du ikke innen fristen, faller tilbudet bort, og \
boligen blir tilbudt til en annen. Sier du nei, vil vi gjerne vite hvorfor.

# Dette må være i orden først
{conditions}

"""
        + _CONTACT,
    ),
    (
        "lease-contract",
        "Husleiekontrakt",
        _CONTRACT_HEAD
        + """
# Kommunal bolig
{purpose}

# Plikter
Leieren skal behandle boligen med aktsomhet, følge vanlige ordensregler og ikke være til sjenanse for \
naboer (husleieloven kapittel 5). Utleieren skal stille boligen til disposisjon i avtalt stand og holde \
den ved like (husleieloven kapittel 2 og 5).

Boligen kan ikke leies ut videre uten skriftlig samtykke (husleieloven kapittel 7).

# Oppsigelse
Oppsigelsesfristen er tre måneder til utgangen av en kalendermåned (husleieloven § 9-6), når loven gir \
adgang til oppsigelse.

# Tvangsfravikelse
{clause_a}

{clause_b}

# Underskrift
Kontrakten er skrevet i to eksemplarer, ett til hver part.""",
    ),
    (
        "service-agreement",
        "Bo- og tjenesteavtale",
        _CONTRACT_HEAD
        + """
# Tjenester
{services}

Avtalen blir vurdert på nytt {review_on}.

# Når avtalen slutter
{ends_when}

# Underskrift
Avtalen er skrevet i to eksemplarer, ett til hver part.""",
    ),
    (
        "lease-renewal",
        "Husleiekontrakten din er fornyet",
        """\
Kontrakten din {lease} for {dwelling} gikk ut eller går ut {old_ends_on}. Du trenger ikke å søke på nytt.

**{term}**
Ny kontrakt begynner {starts_on}.
Siste dag er {ends_on}.
Husleien er {rent} i måneden.

{term_reason}

Alt annet i kontrakten gjelder som før. Si fra til oss innen 14 dager hvis noe har endret seg i \
husstanden, eller hvis du ikke ønsker å bli boende.

"""
        + _CONTACT,
    ),
    (
        "rent-indexation",
        "Ny husleie",
        """\
Dette gjelder leieforhold {lease}, {dwelling}.

Fra {effective_on} er husleien **{new_rent}** i måneden. I dag er den {old_rent}.

# Hvorfor
Utleieren kan endre leien med endringen i konsumprisindeksen (husleieloven § 4-2). Endringen får virkning \
tidligst ett år etter at leien sist ble satt, og du skal ha skriftlig varsel minst en måned før.

Leien ble sist satt: {last_set_on}
Indeks da: {from_index}
Indeks nå: {to_index}
Endring: {change}

Er du uenig, må du si fra til oss. Du kan også søke om bostøtte. Spør oss hvis du trenger hjelp.

"""
        + _CONTACT,
    ),
    (
        "move-out-settlement",
        "Oppgjør etter at du har flyttet",
        """\
Du flyttet ut av {dwelling} (leieforhold {lease}). Siste dag var {moved_out_on}.
Boligen ble gått gjennom {inspected_on}.

# Oppgjør
{lines}

**{result}**
{pay_to}
Betal senest {pay_by}.

Mener du at noe er feil, må du si fra til oss og skrive hvorfor. Klarer du ikke å betale alt på en gang, \
kan vi lage en nedbetalingsavtale.

"""
        + _CONTACT,
    ),
]
