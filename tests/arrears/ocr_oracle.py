"""A slow second opinion on OCR giro files: what must be true of any file that is accepted.

Built from the field table alone, line by line and without the product's reader, so that the two
can only agree on a damaged file where the damage breaks nothing that the format protects.
"""

from datetime import date

DIGIT_FIELDS = {
    "10": [(9, 31)],
    "20": [(9, 35)],
    "30": [(9, 31), (33, 49), (75, 80)],
    "31": [(9, 58)],
    "32": [(9, 15)],
    "88": [(9, 24), (26, 59)],
    "89": [(9, 24), (26, 47)],
}
ZEROS_FROM = {"10": 32, "20": 36, "30": 77, "31": 59, "32": 56, "88": 60, "89": 48}


def day(written: str) -> date:
    year = int(written[4:])
    return date(year + (1900 if year >= 70 else 2000), int(written[2:4]), int(written[:2]))


def faults(content: bytes) -> list[str]:
    """Everything in the file that is not as the format has it; an accepted file has nothing."""
    text = content.decode("latin-1").rstrip("\r\n")
    lines = text.split("\r\n" if "\r\n" in text else "\n")
    found = [fault for line in lines for fault in _line_faults(line)]
    return found or _file_faults(lines)


def _line_faults(line: str) -> list[str]:
    if len(line) != 80 or line[:2] != "NY":
        return ["not a record"]
    code = line[6:8]
    if code not in DIGIT_FIELDS:
        return ["unknown record"]
    found = []
    if line[2:4] != ("00" if code in {"10", "89"} else "09"):
        found.append("service")
    if code in {"30", "31", "32"} and line[4:6] not in {str(kind) for kind in range(10, 22)}:
        found.append("type")
    if code not in {"30", "31", "32"} and line[4:6] != "00":
        found.append("type")
    for first, last in DIGIT_FIELDS[code]:
        if not all(c in "0123456789" for c in line[first - 1 : last]):
            found.append(f"digits {first}-{last}")
    if set(line[ZEROS_FROM[code] - 1 :]) != {"0"}:
        found.append("filler")
    if found:
        return found
    return {"30": _item_1, "31": _item_2, "32": _item_3}.get(code, _nothing)(line)


def _nothing(_line: str) -> list[str]:
    return []


def _item_1(line: str) -> list[str]:
    found = []
    kid = line[49:74].lstrip(" ")
    digits = kid[:-1] + kid[-1:].replace("-", "0")
    if kid and (len(kid) < 2 or not all(c in "0123456789" for c in digits)):
        found.append("kid")
    if line[31] not in "0-":
        found.append("sign")
    if int(line[23:25]) > 31:
        found.append("day code")
    if int(line[32:49]) == 0:
        found.append("amount")
    if line[4:6] in {"18", "20"} and line[31] != "-":
        found.append("reversal")
    if line[74:76] != "00" and line[4:6] < "18":
        found.append("issuer")
    return found + _day_faults(line[15:21])


def _item_2(line: str) -> list[str]:
    return [] if line[41:47] == "000000" else _day_faults(line[41:47])


def _item_3(line: str) -> list[str]:
    return [] if all(c >= " " and not "\x7f" <= c < "\xa0" for c in line[15:55]) else ["text"]


def _day_faults(written: str) -> list[str]:
    try:
        day(written)
    except ValueError:
        return ["date"]
    return []


def _file_faults(lines: list[str]) -> list[str]:
    found = []
    if [line[6:8] for line in (lines[0], lines[-1])] != ["10", "89"]:
        return ["start or end"]
    batches: list[list[str]] = []
    for line in lines[1:-1]:
        if line[6:8] == "20":
            batches.append([])
        if not batches or line[6:8] in {"10", "89"}:
            return ["order"]
        batches[-1].append(line)
    for batch in batches:
        if batch[-1][6:8] != "88":
            return ["order"]
        found += _batch_faults(batch)
    if len({batch[0][8:24] for batch in batches}) != len(batches):
        found.append("assignment twice")
    ends = [batch[-1] for batch in batches]
    found += _count_faults(
        lines[-1],
        sum(int(end[8:16]) for end in ends),
        len(lines),
        sum(int(end[24:41]) for end in ends),
    )
    settled = [day(end[41:47]) for end in ends if end[41:47] != "000000"]
    if settled and day(lines[-1][41:47]) != max(settled):
        found.append("file date")
    return found


def _batch_faults(batch: list[str]) -> list[str]:
    codes = "".join({"30": "a", "31": "b", "32": "c"}.get(row[6:8], "x") for row in batch[1:-1])
    items = codes.replace("abc", "t").replace("ab", "t")
    if items != "t" * len(items):
        return ["order of items"]
    found = []
    firsts = [row for row in batch if row[6:8] == "30"]
    number = 0
    kind = ""
    for row in batch[1:-1]:
        if row[6:8] == "30":
            number, kind = number + 1, row[4:6]
        if int(row[8:15]) != number or row[4:6] != kind:
            found.append("number or type")
        if row[6:8] == "32" and kind not in {"20", "21"}:
            found.append("text where none may be")
    end = batch[-1]
    total = sum(int(row[32:49]) * (-1 if row[31] == "-" else 1) for row in firsts)
    found += _count_faults(end, len(firsts), len(batch), total)
    if firsts:
        days = [day(row[15:21]) for row in firsts]
        try:
            stated = [day(end[at : at + 6]) for at in (41, 47, 53)]
        except ValueError:
            return [*found, "control dates"]
        if stated[1:] != [min(days), max(days)] or stated[0] < min(days):
            found.append("control dates")
    return found


def _count_faults(end: str, transactions: int, records: int, total: int) -> list[str]:
    written = end[24:41]
    if not all(c in "0123456789" for c in written[1:]) or written[0] not in "-0123456789":
        return ["sum"]
    stated = (int(end[8:16]), int(end[16:24]), int(written))
    return [] if stated == (transactions, records, total) else ["counts or sum"]
