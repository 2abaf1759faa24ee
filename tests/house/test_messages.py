"""Everything the program says, it says in Norwegian."""

from boligsak.launch import catalogue


def test_every_text_has_norwegian_words_with_the_same_values():
    assert catalogue.faults(catalogue.known()) == []


def test_the_catalogue_holds_nothing_that_is_said_no_more():
    said = {(context, text) for _path, context, text in catalogue.said()}
    kept = {(message.context, message.id) for message in catalogue.known() if message.id}
    assert kept - said == set()
