"""What the operator may have meant: near misses, look-alike letters, local names of regions."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

from shared.control.complaint import shown
from shared.regions import CATALOGUE

_LOOK_ALIKES: Final = str.maketrans(
    # Cyrillic, then Greek, that look like Latin; dashes that look like a hyphen.
    "асеіјорѕухԁһԛԝАВЕКМНОРСТХ" + "αινορυΑΒΕΗΙΚΜΝΟΡΤΥΧΖ" + "‐‑‒–—―−﹘",  # noqa: RUF001
    "aceijopsyxdhqwABEKMHOPCTX" + "aivopuABEHIKMNOPTYXZ" + "--------",
)
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060"))
CUTOFF: Final = 0.7
"""How alike two words must be (difflib's ratio) for the one to be suggested for the other."""
_SHORTEST_ABBREVIATION: Final = 3
_COMPARED: Final = 64
"""Characters that are compared: longer words are no misspelt keys, and comparing costs time."""

_CLOSED_REGIONS: Final = {"ap-southeast-2": "Sydney", "ap-south-1": "Mumbai"}


def latin(word: str) -> str:
    """Return `word` with letters and dashes that look like ASCII replaced by ASCII."""
    return unicodedata.normalize("NFKC", word.translate(_INVISIBLE)).translate(_LOOK_ALIKES)


def nearest(word: str, choices: Iterable[str], cutoff: float = CUTOFF) -> str | None:
    """Return the choice that `word` most likely stands for, or None.

    That is the one choice that it abbreviates, or else the one that it is most alike.
    """
    folded = {_folded(choice): choice for choice in choices}
    meant = _folded(latin(word))[:_COMPARED]
    begun = [choice for choice in folded if choice.startswith(meant)]
    if len(begun) == 1 and len(meant) >= _SHORTEST_ABBREVIATION:
        return folded[begun[0]]
    close = difflib.get_close_matches(meant, folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else None


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_").strip("_")


def did_you_mean(word: str, choices: Iterable[str], otherwise: str) -> str:
    """Return a clause that names what to write instead of `word`, or `otherwise`."""
    choice = nearest(word, choices)
    if choice is None:
        return otherwise
    return f"did you mean `{choice}`?{foreign_letter(word)}"


def foreign_letter(word: str) -> str:
    """Return a clause about the first character of `word` that only looks like ASCII, or ``."""
    for char in word:
        if not char.isascii():
            name = unicodedata.name(char, "unnamed")
            return f" (yours has {shown(char)} U+{ord(char):04X}, {name})"
    return ""


def unknown_region(word: str) -> str:
    """Say that `word` is no region of the catalogue, and which one may be meant."""
    sentence = f"`{shown(word)}` is not a region of Alibaba Cloud"
    if word in _CLOSED_REGIONS:
        return f"{sentence} any more: {_CLOSED_REGIONS[word]} was closed"
    for region in CATALOGUE:
        name = region.local_name.casefold().replace("(", " ").replace(")", " ")
        if latin(word).casefold() in name.split():
            return f"{sentence}; did you mean `{region.region_id}`, {region.local_name}?"
    ids = (region.region_id for region in CATALOGUE)
    return f"{sentence}; {did_you_mean(word, ids, '`p2p-fleet regions` lists them')}"
