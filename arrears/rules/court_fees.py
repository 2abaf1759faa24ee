"""Court fees for an eviction, reckoned from the court fee R and rounded as rettsgebyrloven says."""

from decimal import Decimal

from boligsak.money import whole_kroner_down


def eviction_fee(court_fee_ore: int, ratio: Decimal) -> int:
    """A part of the fee for an eviction, in øre: a ratio of R, down to whole kroner.

    Rettsgebyrloven § 1 with the fees for fravikelse: 1.25 R when the petition is filed and 1.35 R
    when it is carried out, each rounded down by itself. 2024, R 1277: 1596 + 1723 = 3319 kr.
    """
    return whole_kroner_down(Decimal(court_fee_ore) / 100 * ratio)
