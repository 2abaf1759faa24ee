"""What happens to files on their way: the injuries that the tests give to OCR giro files."""

import random

# One of each class of byte: digits, letters, space, minus, control, line end, æ, a C1 control.
BYTES = b"0159Ax -+\t\r\n\x00\xe6\x85"


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content after one to three injuries of the kinds that files suffer."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        content = chance.choice(INJURIES)(content, chance)
    return content


def _other_byte(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.choice(BYTES)]) + content[at + 1 :]


def _any_byte(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _other_digit(content: bytes, chance: random.Random) -> bytes:
    places = [at for at, byte in enumerate(content) if chr(byte).isdecimal()]
    at = chance.choice(places or [0])
    return content[:at] + str(chance.randrange(10)).encode() + content[at + 1 :]


def _flipped_bit(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def _lost(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice([1, 1, 2, 80, 81, 162]) :] or b"N"


def _inserted(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return (
        content[:at] + bytes([chance.choice(BYTES)]) * chance.choice([1, 1, 2, 81]) + content[at:]
    )


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(1, len(content) + 1)]


def _line_moved(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
    return b"\n".join(lines) or b"N"


def _line_again(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"\n".join(lines)


def _line_lost(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines) or b"N"


def _bytes_swapped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) - 1) if len(content) > 1 else 0
    return content[:at] + content[at : at + 2][::-1] + content[at + 2 :]


INJURIES = [
    _other_byte,
    _any_byte,
    _other_digit,
    _other_digit,
    _flipped_bit,
    _lost,
    _inserted,
    _cut,
    _line_moved,
    _line_again,
    _line_lost,
    _bytes_swapped,
]
