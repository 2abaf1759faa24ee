"""The first nynorsk templates of letters about applications and leases: (kind, title, text)."""

_CONTACT = "Spørsmål? {contact}"

_APPEAL = """\
# Du kan klage
Du kan klage på vedtaket innan {appeal_last_on}. Klaga sender du til oss. Vi vurderer saka på nytt, og \
sender klaga vidare til {appeal_body} dersom vi ikkje er einige med deg.

Klaga skal vere skriftleg. Skriv kva vedtak du klagar på ({decision}), kva du vil ha endra, og kvifor. \
Treng du hjelp til å klage, kan du spørje oss.

Du har rett til å sjå dokumenta i saka di (forvaltningslova §§ 18 og 19). Du kan be om at vedtaket \
ikkje blir sett i verk før klaga er avgjord (forvaltningslova § 42).

# Kven har behandla saka
Saksbehandlar: {handler}
Ansvarleg: {responsible}"""

_DECISION = """\
Vi viser til søknad {application}, som vi fekk {received_on}. Vedtaket er gjort {made_on} og har \
nummer {decision}.

# Vedtak
**{outcome}**

{content}

Vedtaket gjeld til {lasts_to}.

# Vilkår
{conditions}

# Slik har du medverka
{participation}

# Kvifor
{reasons}

## Reglane vi har brukt
{rules}

"""

LETTERS = [
    (
        "decision-housing-help",
        "Vedtak om hjelp til bustad",
        _DECISION + "Vedtaket er gjort etter bustadsosiallova.\n\n" + _APPEAL + "\n\n" + _CONTACT,
    ),
    (
        "decision-allocation",
        "Vedtak om kommunal bustad",
        _DECISION
        + "Vedtaket er gjort etter kriteria kommunen har for kommunal bustad.\n\n"
        + _APPEAL
        + "\n\n"
        + _CONTACT,
    ),
    (
        "preliminary-answer",
        "Førebels svar på søknaden din",
        """\
Vi fekk søknaden din {received_on}. Han har nummer {application}.

Vi er ikkje ferdige med saka. Difor skriv vi til deg no (forvaltningslova § 11 a).

# Kvifor det tek tid
{why}

# Når du får svar
Vi reknar med at du får svar innan {expected_on}.

Har situasjonen din endra seg, må du seie frå til oss. Har du ikkje ein stad å sove i natt, skal du ta \
kontakt med Nav med ein gong.

"""
        + _CONTACT,
    ),
    (
        "appeal-received",
        "Vi har fått klaga di",
        """\
Vi fekk klaga di {appeal_received_on}. Ho gjeld vedtak {decision} av {made_on}.

{late}

Vi vurderer saka på nytt. Er vi einige med deg, endrar vi vedtaket. Er vi ikkje einige, sender vi klaga \
vidare til klageinstansen, og du får kopi av det vi skriv.

Du får svar innan {expected_on}.

Du kan framleis sende oss opplysningar i saka.

"""
        + _CONTACT,
    ),
    (
        "condition-reminder",
        "Vilkår du må oppfylle før du får bustad",
        """\
Du har fått vedtak {decision} etter søknad {application}. Før du kan ta over ein bustad, må desse \
vilkåra vere oppfylte:
{conditions}

Fristen er {due_on}.

Treng du hjelp til å få det til, så ta kontakt med oss. Vi finn ut av det saman.

"""
        + _CONTACT,
    ),
    (
        "offer",
        "Tilbod om bustad",
        """\
Du har søkt om bustad (søknad {application}). Vi tilbyr deg denne bustaden:

**{dwelling}**
Talet på rom: {rooms}
Areal: {area} kvadratmeter
{access}
Husleige i månaden: {rent}
Ledig frå: {available_from}

# Svar innan {expires_on}
Sei frå til oss om du vil ha bustaden eller ikkje. Svarar du ikkje innan fristen, fell tilbodet bort, og \
bustaden blir tilboden til ein annan. Seier du nei, vil vi gjerne vite kvifor.

# Dette må vere i orden først
{conditions}

"""
        + _CONTACT,
    ),
    (
        "lease-renewal",
        "Husleigekontrakten din er fornya",
        """\
Kontrakten din {lease} for {dwelling} gjekk ut eller går ut {old_ends_on}. Du treng ikkje å søkje på nytt.

**{term}**
Ny kontrakt tek til {starts_on}.
Siste dag er {ends_on}.
Husleiga er {rent} i månaden.

{term_reason}

Alt anna i kontrakten gjeld som før. Sei frå til oss innan 14 dagar dersom noko har endra seg i \
husstanden, eller dersom du ikkje ønskjer å bli buande.

"""
        + _CONTACT,
    ),
    (
        "rent-indexation",
        "Ny husleige",
        """\
Dette gjeld leigeforhold {lease}, {dwelling}.

Frå {effective_on} er husleiga **{new_rent}** i månaden. I dag er ho {old_rent}.

# Kvifor
Utleigaren kan endre leiga med endringa i konsumprisindeksen (husleigelova § 4-2). Endringa får verknad \
tidlegast eitt år etter at leiga sist vart fastsett, og du skal ha skriftleg varsel minst ein månad før.

Leiga vart sist fastsett: {last_set_on}
Indeks då: {from_index}
Indeks no: {to_index}
Endring: {change}

Er du ueinig, må du seie frå til oss. Du kan òg søkje om bustøtte. Spør oss dersom du treng hjelp.

"""
        + _CONTACT,
    ),
]
