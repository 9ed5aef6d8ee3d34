"""Logos are read whatever their bytes are, quickly, and what acts in them is found wherever it stands."""

from __future__ import annotations

import struct
from time import process_time
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.rules.logos import PNG_SIGNATURE
from launchwindow.rules.png import read_png
from launchwindow.rules.svg import MAX_BYTES, read_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
PIECES = [
    "<g>", "</g>", "<style>", "</style>", "<![CDATA[", "]]>", "<!--", "-->", "<?x ", "?>", "&lt;", "&#x0;", "&a;",
    'href="', 'on="', "url(", "\\", "\\110000", "@import", "/*", "*/", "<!DOCTYPE svg [", "]>", "\0", "\ud800", ">",
]  # fmt: skip
HARMLESS = ["<g>{}</g>", "<g><title>x</title>{}</g>", "<!-- x -->{}", '<switch><g id="a">{}</g></switch>', "{}<rect/>"]
HAZARDS = [
    "<script/>", "<x:SCRIPT xmlns:x='urn:x'/>", "<rect onfocus='x'/>", "<foreignObject/>", "<use href='https://x/'/>",
    "<style>@import 'x'</style>", "<style><![CDATA[a{fill:u\\52l(x)}]]></style>", "<rect fill='url(x#y)'/>",
    "<set attributeName='onload'/>", "<a xlink:href='https://exa.gov/'/>", "<?xml-stylesheet href='x'?>",
]  # fmt: skip


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12))
def test_any_bytes(pieces: bytes | list[str]) -> None:
    data = pieces if isinstance(pieces, bytes) else (HEAD + "".join(pieces) + "</svg>").encode("utf-8", "surrogatepass")
    svg = read_svg(data)
    for found in svg.hazards:
        assert 1 <= found.line <= data.count(b"\n") + 1
        assert found.hazard.message
        assert found.hazard.fix
    read_png(PNG_SIGNATURE + data)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(HARMLESS), max_size=6), st.sampled_from(HAZARDS))
def test_a_hazard_is_found_wherever_it_stands(around: list[str], hazard: str) -> None:
    inner, clean = hazard, ""
    for piece in around:
        inner, clean = piece.format(inner), piece.format(clean)
    assert read_svg(f"{HEAD}{clean}</svg>".encode()).hazards == ()
    assert len(read_svg(f"{HEAD}{inner}</svg>".encode()).hazards) == 1


@pytest.mark.parametrize(
    "inner",
    ["<g>" * 200_000, "<script/>" * 100_000, "<a " + " ".join(f'a{n}="x"' for n in range(60_000)) + "/>",
     "<style>" + "url(" * 200_000 + "</style>", "<g a='" + "\\" * 500_000 + "'/>", "<style>" + "/*" * 400_000],
    ids=["nested", "scripts", "attributes", "urls", "escapes", "comments"],
)  # fmt: skip
def test_what_is_made_to_take_long_does_not(inner: str) -> None:
    data = f"{HEAD}{inner}</svg>".encode()
    assert len(data) <= MAX_BYTES
    start = process_time()
    assert len(read_svg(data).hazards) <= 10
    assert process_time() - start < 10, "linear, and not by far"


def test_what_is_too_large_is_not_read() -> None:
    svg = read_svg(HEAD.encode() + b" " * MAX_BYTES)
    assert (svg.root, svg.damage, len(svg.hazards)) == (None, None, 1)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


PNG = (
    PNG_SIGNATURE
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", b"x")
    + chunk(b"IEND", b"")
)


def test_a_whole_png_is_read() -> None:
    png = read_png(PNG)
    assert (png.width, png.height, png.animated, png.after_end, png.damage) == (3, 2, False, 0, None)
    assert read_png(PNG + b"more").after_end == 4


@settings(max_examples=100)
@given(st.integers(len(PNG_SIGNATURE), len(PNG) - 1), st.integers(1, 255))
def test_damage_anywhere_is_found(place: int, change: int) -> None:
    """Every byte behind the signature is covered by a length, a name or a checksum."""
    damaged = PNG[:place] + bytes([PNG[place] ^ change]) + PNG[place + 1 :]
    assert read_png(damaged).damage is not None
    assert read_png(PNG[:place]).damage is not None
