"""Norwegian order without ICU: æ ø å last, aa as å, in a column the database keeps itself."""

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower, Replace


class Translate(Func):
    function = "translate"
    output_field = TextField()


def norwegian(expression: str | Func) -> Func:
    """Sort key of a name column, compared bytewise (`db_collation="C"`): {, | and } follow z."""
    source = F(expression) if isinstance(expression, str) else expression
    folded = Replace(Lower(source), Value("aa"), Value("}"))
    return Translate(folded, Value("æäøöå"), Value("{{||}"))
