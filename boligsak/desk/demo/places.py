"""Where the dwellings are: four offices, streets that could be there, and invented buildings."""

from typing import NamedTuple


class District(NamedTuple):
    """An office, its share of the dwellings, its streets with postcodes, and building names."""

    name: str
    code: str
    share: float
    streets: tuple[tuple[str, str, str], ...]
    """Street, postcode, place."""
    cooperatives: tuple[str, ...]
    supported: tuple[str, ...]


def _streets(place: str, text: str) -> tuple[tuple[str, str, str], ...]:
    pairs = (line.rsplit(" ", 1) for line in text.strip().splitlines())
    return tuple((street.strip(), postcode, place) for street, postcode in pairs)


HEIMDAL = District(
    "Heimdal",
    "heimdal",
    0.27,
    _streets(
        "Heimdal",
        """Saupstadflata 7078
Kolstadringen 7078
Husebytunet 7078
Kattemsletta 7082
Uståslia 7082
Lundåsvegen 7081
Heimdalskleiva 7080
Bjørndalsbrinken 7072
Rostenhaugen 7075
Tillerflata 7091
Hårstadbakken 7092""",
    ),
    (
        "Lundåslia",
        "Kattemåsen",
        "Saupstadtoppen",
        "Rostenbrinken",
        "Bjørndalstunet",
        "Tillersletta",
        "Hårstadhaugen",
        "Kolstadskogen",
    ),
    ("Uståstunet", "Heimdalstunet", "Tillertunet", "Kattemtunet"),
)

LERKENDAL = District(
    "Lerkendal",
    "lerkendal",
    0.23,
    _streets(
        "Trondheim",
        """Moholtlia 7050
Nardobakken 7032
Sluppentunet 7037
Steinansvingen 7049
Utleirhaugen 7036
Risvollringen 7036
Othilienhaugen 7033
Stubbantunet 7036
Bratsbergkleiva 7037
Valgrindlia 7031""",
    ),
    (
        "Risvollåsen",
        "Nardolia",
        "Stubbanbakken",
        "Moholttoppen",
        "Steinanlia",
        "Othilienlia",
        "Utleirtunet",
    ),
    ("Nardotunet", "Valgrindtunet", "Sluppenhagen"),
)

MIDTBYEN = District(
    "Midtbyen",
    "midtbyen",
    0.22,
    _streets(
        "Trondheim",
        """Ilabakken 7018
Byåslia 7020
Dalgårdlia 7020
Hammersborgsvingen 7020
Munkvollringen 7022
Havsteinlia 7021
Elvegata 7012
Hospitalsgangen 7013
Sverresvingen 7020
Kystadtunet 7023""",
    ),
    (
        "Havsteinbrinken",
        "Munkvolltoppen",
        "Byåsenlia",
        "Kystadhaugen",
        "Dalgårdtunet",
        "Hammersborglia",
    ),
    ("Ilatunet", "Hospitalshagen", "Munkvolltunet"),
)

OSTBYEN = District(
    "Østbyen",
    "ostbyen",
    0.28,
    _streets(
        "Trondheim",
        """Lademoflata 7042
Persaunlia 7045
Tyholtbakken 7046
Valentinbrinken 7046
Brøsetlia 7048
Angelltrøsvingen 7048
Jakobslia 7053
Ranheimslia 7055
Charlottenlia 7054
Reppesletta 7054
Strindtunet 7044
Ladehaugen 7041""",
    ),
    (
        "Brøsettoppen",
        "Jakobslitunet",
        "Valentinlia",
        "Persauntoppen",
        "Reppetoppen",
        "Ranheimsbrinken",
        "Charlottenhaugen",
        "Tyholtlia",
    ),
    ("Ladetunet", "Persauntunet", "Strindhagen", "Reppetunet"),
)

DISTRICTS = (HEIMDAL, LERKENDAL, MIDTBYEN, OSTBYEN)
