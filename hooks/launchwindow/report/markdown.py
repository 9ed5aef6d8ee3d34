"""GitHub's Markdown out of text that anybody may have written: nothing of it is markup, a mention, a link or HTML.

Marks are written as entities, which the GitHub Flavored Markdown specification takes for text. Mentions, issue numbers,
commit ids and addresses are looked for after that, in what was rendered: there a space without width breaks them, as
the robots do that tell release notes on GitHub.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 65_536
"""Characters of an issue's or comment's body."""
_SPECIAL = re.compile(r"[^\w ,.;()“”’…–—→·]|_|^\d+[.)]|^ +| +$")
"""Everything but letters, digits and harmless marks: what means nothing to Markdown today may mean something once.
And blanks at either end, which would make code of the line that they begin."""
_BREAK = "&#8203;"
_LINKED = re.compile(r"(?i)(?<=[@#])|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bgh)(?=-\d)")
"""Where a mention, an issue's number or an address is broken."""
_ID = re.compile(r"(?i)\b[0-9a-f]{7,}\b")
"""What may be a commit's id: it is broken after every sixth digit, so that no part of it is one."""
_LINKED_IN_CODE = re.compile(r"(?i)(?<=@)|(?<=:)(?=//)|(?<=\bwww)(?=\.)")
"""The same within code, where GitHub looks for no ids: addresses of mail it does link there, when the code is HTML."""
_COPIED = re.compile(r"[A-Za-z0-9:/._@?=&%+-]{1,200}")
"""What is itself between backticks, in a table's cell too; there GitHub links nothing."""
_KEY = re.compile(r"[a-z0-9.@:/_-]+(?: [A-Za-z0-9.@:/_=-]+)*")


def plain(text: str, limit: int = 200) -> str:
    """Running text, a heading or a table's cell: shows as it is written, on one line."""
    shown = _ID.sub(lambda found: "\0".join(re.findall("(?s).{1,6}", found[0])), visible(text, limit))
    return _BREAK.join(_entities(part) for part in _LINKED.sub("\0", shown).split("\0"))


def code(text: str, limit: int = 200) -> str:
    """Code within a line; also in a table's cell."""
    shown = _BREAK.join(_entities(part) for part in _LINKED_IN_CODE.split(visible(text, limit)))
    return f"<code>{shown}</code>"


def copied(text: str) -> str:
    """Code within a line that people copy: nothing that can't be seen is in it, where its characters allow that."""
    return f"`{text}`" if _COPIED.fullmatch(text) else code(text)


def prose(text: str, limit: int = 200) -> str:
    """A sentence as it stands in a terminal: what it has between backticks is code, whoever wrote that."""
    parts = visible(text, limit).split("`")
    if len(parts) % 2 == 0:
        # One of them is without its other: it is a character.
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    # Two with nothing between are no code: they are characters, too.
    return "".join((code(part, limit) if part else plain("``")) if odd % 2 else plain(part, limit)
                   for odd, part in enumerate(parts))  # fmt: skip


def bold(text: str, limit: int = 200) -> str:
    """Running text that stands out. By tags, which mean the same whatever stands beside them."""
    return f"{_BREAK}<b>{plain(text, limit)}</b>{_BREAK}"


def image(url: str, about: str, height: int) -> str:
    """A picture at an address of ours, or one that GitHub gave."""
    return f'<img src="{_address(url)}" alt="{_entities(visible(about, 100))}" height="{height}">'


def _entities(text: str) -> str:
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), text)


def fenced(text: str, language: str = "") -> str:
    """A block whose lines show as they are; what can't be seen is an escape. The fence is longer than any within."""
    lines = [visible(line, 1000) for line in text.split("\n")]
    longest = max((len(found) for line in lines for found in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *lines, fence])


def link(text: str, url: str) -> str:
    """A link to an address of ours, or one that GitHub gave; shown by a text that may be anybody's."""
    return f"[{plain(text)}]({_address(url)})"


def _address(url: str) -> str:
    return re.sub(r"[^A-Za-z0-9:/?#@!$&*+,;=%._~-]", lambda found: _percent(found[0]), url)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def folded(summary: str, body: str) -> str:
    """What opens when somebody clicks; both are Markdown already."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def key(text: str) -> str:
    """A hidden mark by which a text is found again. Raises ValueError for what could end it early."""
    if not _KEY.fullmatch(text) or "--" in text:
        raise ValueError(f"{text!r} can't be hidden in a text")
    return f"<!-- launchwindow:{text} -->"


def cut(parts: Sequence[str], rest: str, limit: int = LONGEST) -> str:
    """The parts with a blank line between them; where that is too long, as many as fit, and then `rest`."""
    whole = "\n\n".join(parts)
    if len(whole) <= limit:
        return whole
    kept: list[str] = []
    left = limit - len(rest)
    for part in parts:
        left -= len(part) + 2
        if left < 0:
            break
        kept.append(part)
    return "\n\n".join([*kept, rest])
