"""Names that people in a Norwegian town have. Any likeness to somebody living is chance."""

from typing import NamedTuple


class Origin(NamedTuple):
    """A group of names, the language that goes with it, and how often an interpreter is needed."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    language: str = "nb"
    interpreter: str = ""
    needs_interpreter: float = 0.0


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NORWEGIAN = Origin(
    _words(
        "Anne Inger Kari Marit Ingrid Liv Eva Berit Astrid Bjørg Hilde Anna Solveig Randi Ida Marie"
        " Nina Kristin Elisabeth Tone Silje Camilla Hanne Linda Heidi Gunn Wenche Åse Turid Sissel"
        " Unni Grete Mona Trine Monica Maria Julie Emma Thea Nora Sara Malin Ragnhild Torill Laila"
        " Vigdis Åshild Oddny Guri Synnøve"
    ),
    _words(
        "Jan Per Bjørn Ole Lars Kjell Knut Arne Svein Thomas Hans Geir Tor Morten Odd Terje Erik"
        " Martin Andreas John Anders Rune Trond Tore Daniel Jon Kristian Marius Tom Stian Harald"
        " Olav Magnus Gunnar Espen Rolf Leif Øyvind Nils Helge Håkon Eirik Einar Steinar Kåre Roar"
        " Vegard Sindre Arve Frode"
    ),
    _words(
        "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen"
        " Pettersen Eriksen Berg Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen"
        " Halvorsen Henriksen Lund Sørensen Jakobsen Moen Gundersen Iversen Strand Solberg Svendsen"
        " Martinsen Eide Bakken Lie Kristoffersen Mathisen Lunde Amundsen Lien Bakke Berge Moe"
        " Nygård Fredriksen Holm Knutsen Aune Aas Sæther Bye Rian Stokke Hegstad Bjørnes"
        " Ødegård Wold Brekken Rønning Grønli Kvam Hoem Sund Skjervold Øien Tiller Engan Forbord"
        " Viken Leraand Åsgård Ørjavik Ness Alstad Opland Sandvik"
    ),
)

SOUTH_SAMI = Origin(
    _words("Maja Laara Sara Elle Ravna Inger-Marja Lena Aanta Meerke Biret Káre Máret Sunná Áile"),
    _words("Jonar Lars Ánte Mihkkal Nils-Áslat Jovna Aslak Piera Niillas Máhtte Ole-Henrik Áilu"),
    _words("Jåma Kappfjell Bull Nordfjell Dærga Somby Sara Gaup Eira Hætta Utsi Båhl Fjellner"),
    "se",
)

SOMALI = Origin(
    _words("Hodan Fadumo Ayaan Sahra Ifrah Amina Halima Khadra Nasra Ubah Deqa Ladan"),
    _words("Abdi Mohamed Ahmed Yusuf Hassan Ali Omar Ismail Liban Mahad Bashir Guled"),
    _words("Warsame Abdullahi Jama Farah Nur Osman Hersi Aden Ibrahim Mohamud Dirie Elmi"),
    "so",
    "somali",
    0.45,
)

SYRIAN = Origin(
    _words("Rima Hiba Nour Layla Dima Rana Samar Ghada Yara Lina Abeer Maha"),
    _words("Khaled Omar Samir Bassel Nabil Tarek Fadi Anas Mazen Rami Yasin Hadi"),
    _words("Haddad Khoury Al-Masri Darwish Sabbagh Najjar Kassab Shahin Barakat Hamwi Jabri"),
    "ar",
    "arabisk",
    0.5,
)

ERITREAN = Origin(
    _words("Selam Rahwa Feven Luam Semhar Winta Bisrat Natsnet Helen Yordanos"),
    _words("Yonas Filmon Samuel Dawit Tesfay Robel Mebrahtu Kibrom Amanuel Aman"),
    _words("Tesfamariam Ghebremedhin Habte Kidane Woldu Haile Mehari Berhane Araya Tekle"),
    "ti",
    "tigrinja",
    0.5,
)

UKRAINIAN = Origin(
    _words("Oksana Olena Iryna Natalia Svitlana Yulia Kateryna Tetiana Halyna Daryna"),
    _words("Andriy Oleh Serhiy Dmytro Vasyl Bohdan Mykola Taras Ihor Yuriy"),
    _words("Shevchuk Kovalenko Bondar Melnyk Tkachuk Lysenko Savchenko Moroz Hrytsenko Koval"),
    "uk",
    "ukrainsk",
    0.55,
)

AFGHAN = Origin(
    _words("Zahra Fatima Shabnam Parwin Mina Nasrin Laleh Soraya Zainab Freshta"),
    _words("Reza Hamid Najib Farid Jawad Mustafa Ehsan Habib Nasir Qasim"),
    _words("Hosseini Rahimi Ahmadi Karimi Sultani Haidari Azizi Noori Mohammadi Sharifi"),
    "fa",
    "dari",
    0.4,
)

POLISH = Origin(
    _words("Agnieszka Katarzyna Ewa Joanna Beata Monika Dorota Renata"),
    _words("Piotr Tomasz Krzysztof Marek Pawel Andrzej Grzegorz Dariusz"),
    _words("Nowak Wojcik Mazur Zielinski Krawczyk Piotrowski Kaczmarek Wrobel"),
    "pl",
    "polsk",
    0.25,
)

VIETNAMESE = Origin(
    _words("Linh Thuy Hoa Lan Mai Phuong"),
    _words("Minh Tuan Hung Quang Duc Binh"),
    _words("Nguyen Tran Le Pham Vo Dang"),
    "vi",
    "vietnamesisk",
    0.2,
)

ORIGINS: dict[Origin, float] = {
    NORWEGIAN: 68,
    SOUTH_SAMI: 2.5,
    SOMALI: 7,
    SYRIAN: 6,
    ERITREAN: 5,
    UKRAINIAN: 4,
    AFGHAN: 3.5,
    POLISH: 2,
    VIETNAMESE: 2,
}
