"""The file as a stream of lines, with memory that does not grow with the file or with a line."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

CHUNK_BYTES = 1 << 18
# A longer "line" is cut here: it will be refused for its length, and must not be gathered first.
LONGEST = 1000


class Lines:
    """Iterates over the lines without their line ends. Lines end in LF or in CR LF, one or other.

    `count` is the number of the line last handed out, `bytes_read` and `fingerprint` follow what
    has been read so far, and `unfinished` is true when the line last handed out was the file's
    last and had no line end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.count = 0
        self.bytes_read = 0
        self.unfinished = False
        self.line_end = b"\n"

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal of what has been read so far."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        rest = self._first_line_and_more()
        end = self.line_end
        while True:
            *complete, rest = rest.split(end)
            for line in complete:
                self.count += 1
                yield line
            if len(rest) > LONGEST:
                self.count += 1
                yield rest[:LONGEST]
                return
            chunk = self._read()
            if not chunk:
                break
            rest += chunk
        if rest:
            self.count += 1
            self.unfinished = True
            # Cut between CR and LF: the line is whole, only its end is not.
            yield rest.removesuffix(b"\r") if end == b"\r\n" else rest

    def _first_line_and_more(self) -> bytes:
        """Enough to see how lines end in this file."""
        start = b""
        while b"\n" not in start and len(start) <= LONGEST:
            chunk = self._read()
            if not chunk:
                break
            start += chunk
        if start.partition(b"\n")[0].endswith(b"\r"):
            self.line_end = b"\r\n"
        return start

    def _read(self) -> bytes:
        chunk = self._stream.read(CHUNK_BYTES)
        self._hash.update(chunk)
        self.bytes_read += len(chunk)
        return chunk
