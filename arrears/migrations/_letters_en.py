"""The first English templates of letters about arrears: (kind, title, text)."""

LETTERS = [
    (
        "calling-card",
        "Hello",
        """\
I came by on {day} and would have liked to talk with you. Please call me, or send me a message. It is quite \
all right to call back another day.

Kind regards
**{who}**""",
    ),
]
