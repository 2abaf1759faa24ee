"""A refusal carries code and facts, across processes, and keeps the facts out of logs."""

import pickle

from boligsak.rule import RuleBroken


def test_a_refusal_survives_a_process_border_with_its_facts():
    refusal = pickle.loads(pickle.dumps(RuleBroken("a.rule", amount=5)))  # noqa: S301
    assert (refusal.code, refusal.facts) == ("a.rule", {"amount": 5})


def test_the_text_of_a_refusal_tells_the_code_but_no_facts():
    refusal = RuleBroken("a.rule", name="Kari")
    assert "Kari" not in str(refusal) + repr(refusal)
