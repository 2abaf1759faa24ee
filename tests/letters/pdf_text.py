"""What a PDF says, page by page: read through its fonts' own tables, as a reader aloud does."""

import re
from io import BytesIO
from typing import Any

import pikepdf

_CODE = re.compile(rb"<([0-9a-fA-F]+)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order in which it is written there."""
    with pikepdf.open(BytesIO(content)) as opened:
        return [_page(page) for page in opened.pages]


def _page(page: Any) -> str:
    fonts = {
        name: _letters(font.ToUnicode.read_bytes())
        for name, font in page.resources.get("/Font", {}).items()
        if "/ToUnicode" in font
    }
    said: list[str] = []
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                letters = fonts.get(str(operands[0]), {})
            case "Tj" | "'":
                said.append(_words(bytes(operands[0]), letters))
            case "TJ":
                texts = [bytes(one) for one in operands[0] if isinstance(one, pikepdf.String)]
                said.append("".join(_words(one, letters) for one in texts))
            case "BT":
                said.append("\n")
    return "".join(said)


def _words(raw: bytes, letters: dict[int, str]) -> str:
    codes = (raw[at] << 8 | raw[at + 1] for at in range(0, len(raw) - 1, 2))
    return "".join(letters.get(code, "") for code in codes)


def _letters(table: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(table):
        codes = _CODE.findall(body)
        if kind == b"bfchar":
            for code, letter in zip(codes[::2], codes[1::2], strict=True):
                found[int(code, 16)] = _text(letter)
        else:
            for first, last, letter in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    found[int(first, 16) + step] = chr(int(letter, 16) + step)
    return found


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")
