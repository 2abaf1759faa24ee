"""What was decided on an appeal and owed after moving out, in nynorsk and in English."""

from django.db import migrations

from boligsak.letters.migrations._first_versions import first_versions

NYNORSK = [
    (
        "appeal-sent-on",
        "Klaga di er send til klageinstansen",
        """\
Du klaga {appeal_received_on} på vedtak {decision} av {made_on}.

Vi har vurdert saka på nytt og endrar ikkje vedtaket. Derfor sende vi {sent_on} klaga til \
{appeal_body}, som avgjer henne.

# Vår vurdering
{assessment}

# Kva skjer no
Du får svar frå {appeal_body}. Du kan sende dei det du meiner om vurderinga vår. Du har rett til å \
sjå dokumenta i saka di (forvaltningslova §§ 18 og 19).

Spørsmål? {contact}""",
    ),
    (
        "appeal-result",
        "Klaga di er avgjord",
        """\
Du klaga {appeal_received_on} på vedtak {decision} av {made_on}.

# Resultat
**{result}**

# Kvifor
{reasons}

Du har rett til å sjå dokumenta i saka di (forvaltningslova §§ 18 og 19).

Spørsmål? {contact}""",
    ),
    (
        "move-out-settlement",
        "Oppgjer etter at du har flytta",
        """\
Du flytta ut av {dwelling} (leigeforhold {lease}). Siste dag var {moved_out_on}.
Bustaden vart gått gjennom {inspected_on}.

# Oppgjer
{lines}

**{result}**
{pay_to}
Betal seinast {pay_by}.

Meiner du at noko er feil, må du seie frå til oss og skrive kvifor. Klarer du ikkje å betale alt på \
ein gong, kan vi lage ein nedbetalingsavtale.

Spørsmål? {contact}""",
    ),
]

ENGLISH = [
    (
        "appeal-sent-on",
        "Your appeal has been sent to the appeal body",
        """\
You appealed on {appeal_received_on} against decision {decision} of {made_on}.

We have looked at the case again and do not change the decision. On {sent_on} we therefore sent the \
appeal to {appeal_body}, who decides it.

# Our assessment
{assessment}

# What happens now
You get an answer from {appeal_body}. You can tell them what you think of our assessment. You have the \
right to see the documents in your case (Public Administration Act, forvaltningsloven, §§ 18 and 19).

Questions? {contact}""",
    ),
    (
        "appeal-result",
        "Your appeal has been decided",
        """\
You appealed on {appeal_received_on} against decision {decision} of {made_on}.

# Result
**{result}**

# Why
{reasons}

You have the right to see the documents in your case (Public Administration Act, forvaltningsloven, \
§§ 18 and 19).

Questions? {contact}""",
    ),
    (
        "move-out-settlement",
        "Settlement after you moved out",
        """\
You moved out of {dwelling} (lease {lease}). The last day was {moved_out_on}.
The home was inspected on {inspected_on}.

# Settlement
{lines}

**{result}**
{pay_to}
Pay by {pay_by}.

If you think that something is wrong, tell us and write why. If you cannot pay everything at once, we can \
agree on a repayment plan.

Questions? {contact}""",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("tenants", "0024_how_people_are_reached"), ("letters", "0007_letters_policy")]
    operations = [first_versions(NYNORSK, "nn"), first_versions(ENGLISH, "en")]
