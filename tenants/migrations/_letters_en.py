"""The first English templates of letters about applications and leases: (kind, title, text)."""

_CONTACT = "Questions? {contact}"

_APPEAL = """\
# You can appeal
You can appeal against this decision until {appeal_last_on}. Send the appeal to us. We look at the case \
again, and send the appeal on to {appeal_body} if we do not agree with you.

The appeal must be in writing. Say which decision you appeal against ({decision}), what you want changed, \
and why. If you need help to appeal, ask us.

You have the right to see the documents in your case (Public Administration Act sections 18 and 19). You \
can ask that the decision is not carried out before the appeal has been decided (section 42).

# Who handled the case
Case handler: {handler}
Responsible: {responsible}"""

_DECISION = """\
This is about application {application}, which we received on {received_on}. The decision was made on \
{made_on} and has number {decision}. If the English and the Norwegian text differ, the Norwegian applies.

# Decision
**{outcome}**

{content}

The decision is valid until {lasts_to}.

# Conditions
{conditions}

# How you took part
{participation}

# Why
{reasons}

## The rules we have used
{rules}

"""

LETTERS = [
    (
        "decision-housing-help",
        "Decision on help with housing",
        _DECISION
        + "The decision is made under the Social Housing Act (boligsosialloven).\n\n"
        + _APPEAL
        + "\n\n"
        + _CONTACT,
    ),
    (
        "decision-allocation",
        "Decision on a municipal home",
        _DECISION
        + "The decision is made under the municipality's criteria for a municipal home.\n\n"
        + _APPEAL
        + "\n\n"
        + _CONTACT,
    ),
    (
        "preliminary-answer",
        "Preliminary answer to your application",
        """\
We received your application on {received_on}. Its number is {application}.

We have not finished the case yet. That is why we write to you now (Public Administration Act section 11 a).

# Why it takes time
{why}

# When you get an answer
We expect that you get an answer by {expected_on}.

If your situation has changed, you must tell us. If you have nowhere to sleep tonight, contact Nav at once.

"""
        + _CONTACT,
    ),
    (
        "appeal-received",
        "We have received your appeal",
        """\
We received your appeal on {appeal_received_on}. It is against decision {decision} of {made_on}.

{late}

We look at the case again. If we agree with you, we change the decision. If we do not, we send the appeal \
on to the appeal body, and you get a copy of what we write.

You get an answer by {expected_on}.

You can still send us information about the case.

"""
        + _CONTACT,
    ),
    (
        "condition-reminder",
        "Conditions you must meet before you get a home",
        """\
You have decision {decision} on application {application}. Before you can take over a home, these \
conditions must be met:
{conditions}

The deadline is {due_on}.

If you need help with this, contact us. We will find a way together.

"""
        + _CONTACT,
    ),
    (
        "offer",
        "Offer of a home",
        """\
You have applied for a home (application {application}). We offer you this home:

**{dwelling}**
Number of rooms: {rooms}
Area: {area} square metres
{access}
Rent a month: {rent}
Free from: {available_from}

# Answer by {expires_on}
Tell us whether you want the home or not. If you do not answer in time, the offer lapses and the home is \
offered to somebody else. If you say no, we would like to know why.

# This must be in order first
{conditions}

"""
        + _CONTACT,
    ),
    (
        "lease-renewal",
        "Your lease has been renewed",
        """\
Your lease {lease} for {dwelling} ended or ends on {old_ends_on}. You do not have to apply again.

**{term}**
The new term begins on {starts_on}.
The last day is {ends_on}.
The rent is {rent} a month.

{term_reason}

Everything else in the lease stays as it is. Tell us within 14 days if something has changed in your \
household, or if you do not want to go on living there.

"""
        + _CONTACT,
    ),
    (
        "rent-indexation",
        "New rent",
        """\
This is about lease {lease}, {dwelling}.

From {effective_on} the rent is **{new_rent}** a month. Today it is {old_rent}.

# Why
The landlord can change the rent with the consumer price index (Tenancy Act section 4-2). The change takes \
effect one year after the rent was last set at the earliest, and you must have written notice at least one \
month before.

The rent was last set: {last_set_on}
Index then: {from_index}
Index now: {to_index}
Change: {change}

If you disagree, you must tell us. You can also apply for housing allowance (bostøtte). Ask us if you need \
help.

"""
        + _CONTACT,
    ),
]
