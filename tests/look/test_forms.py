"""The template pack of the forms."""

import re

import pytest
from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils import translation


class ContactForm(forms.Form):
    amount = forms.CharField(label="Amount", help_text="For example 12345,5")
    day = forms.CharField(label="Promised on", required=False)
    channel = forms.ChoiceField(
        label="Channel", choices=[("p", "Phone"), ("v", "Visit")], widget=forms.RadioSelect
    )
    subjects = forms.MultipleChoiceField(
        label="Subjects", choices=[("r", "Rent")], widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    file = forms.FileField(label="File", help_text="OCR giro")
    agreed = forms.BooleanField(label="Agreed")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", "Save"))
        self.helper.layout = Layout(
            AppendedText("amount", "kr"),
            Fieldset("Talk", "day", "channel", "subjects", "kind", "note"),
            "file", "agreed", "version",
        )  # fmt: skip


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def shown(data=None):
    form = ContactForm(data, {} if data is not None else None, initial={"version": 3})
    return render_crispy_form(form)


def control(html, name):
    return re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', html)[0]


def test_required_and_optional_are_said_in_words():
    html = shown()
    assert re.search(r'for="id_amount">Amount <span class="field-mark">\(must be filled in\)', html)
    assert re.search(r'for="id_day">Promised on <span class="field-mark">\(optional\)', html)


@pytest.mark.parametrize("name", ["amount", "day", "kind", "note", "file", "agreed", "channel"])
def test_every_control_wears_the_design_system(name):
    assert "ds-input" in control(shown(), name)


@pytest.mark.parametrize("name", ["amount", "file"])
def test_help_and_error_are_read_with_the_control(name):
    html = shown({})
    described = re.search(r'aria-describedby="([^"]+)"', control(html, name))[1].split()
    assert described == [f"id_{name}_helptext", f"id_{name}_error"]
    assert all(f'id="{part}"' in html for part in described)
    assert 'aria-invalid="true"' in control(html, name)


def test_a_group_of_choices_is_described_as_one():
    html = shown({})
    group = re.search(r'<fieldset[^>]*id="id_channel"[^>]*>', html)[0]
    assert 'aria-describedby="id_channel_error"' in group


def test_the_summary_leads_to_every_field_to_mend():
    html = shown({})
    summary = html[html.index("data-error-summary") : html.index("</ul>")]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert set(targets) >= {"id_amount", "id_channel", "id_subjects", "id_file", "id_agreed"}
    assert all(f'id="{target}"' in html for target in targets)


def test_nothing_typed_is_lost():
    html = shown({"amount": "<12>", "note": "Lang & viktig", "channel": "v", "subjects": ["r"]})
    assert 'value="&lt;12&gt;"' in html
    assert "Lang &amp; viktig</textarea>" in html
    assert "checked" in re.search(r'<input[^>]*value="v"[^>]*>', html)[0]
    assert "checked" in re.search(r'<input[^>]*value="r"[^>]*>', html)[0]


def test_a_form_with_a_file_is_sent_as_parts():
    assert 'enctype="multipart/form-data"' in shown()


def test_a_hidden_field_has_no_label():
    html = shown()
    assert 'name="version"' in html
    assert 'for="id_version"' not in html


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("amount", "Fyll ut feltet."),
        ("channel", "Velg ett av alternativene."),
        ("subjects", "Velg minst ett punkt."),
        ("file", "Velg en fil."),
        ("agreed", "Kryss av for å gå videre."),
    ],
)
def test_what_is_missing_is_said_as_what_to_do(field, said):
    with translation.override("nb"):
        assert ContactForm({}).errors[field] == [said]
