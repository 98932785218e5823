"""Parse a control document: bytes in, a `ControlDocument` or complaints with their places out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError

from shared.control.complaint import Complaint
from shared.control.compose import compose
from shared.control.document import ControlDocument
from shared.control.explain import place, sentence, without_echoes
from shared.control.text import decode
from shared.control.tree import Mapping, described, locate, plain_value

__all__ = ["MAX_COMPLAINTS", "Complaint", "parse_document"]

MAX_COMPLAINTS: Final = 50
"""Complaints that are shown; a file with more of them is not a slip of the keyboard."""


def parse_document(text: bytes) -> ControlDocument | tuple[Complaint, ...]:
    """Return the document, or what is wrong with it in the order of the text.

    Never raises, whatever the bytes. One place gets one complaint, and no more than
    `MAX_COMPLAINTS` are made before a last one that counts the rest.
    """
    decoded = decode(text)
    if isinstance(decoded, Complaint):
        return (decoded,)
    composition = compose(decoded)
    root = composition.root
    if root is None:
        return _in_order(composition.complaints)
    if not isinstance(root, Mapping):
        what = described(plain_value(root))
        message = f"the document must be a mapping such as `capacity: 3`, not {what}"
        wrong = Complaint(root.mark.line, root.mark.column, message)
        return _in_order((*composition.complaints, wrong))
    try:
        document = ControlDocument.model_validate(plain_value(root))
    except ValidationError as error:
        return _in_order((*composition.complaints, *_complaints(root, error)))
    return _in_order(composition.complaints) or document


def _complaints(root: Mapping, error: ValidationError) -> list[Complaint]:
    """Return what the model refused, each at its place; only as many as may be shown in words."""
    errors = without_echoes(error.errors(include_url=False))
    placed = sorted(((locate(root, place(one)), one) for one in errors), key=lambda pair: pair[0])
    return [
        Complaint(mark.line, mark.column, sentence(one) if number < MAX_COMPLAINTS else "")
        for number, (mark, one) in enumerate(placed)
    ]


def _in_order(complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Sort by place, keep the first of each place, and count what is over the limit."""
    places: dict[tuple[int, int], Complaint] = {}
    for complaint in complaints:
        places.setdefault((complaint.line, complaint.column), complaint)
    ordered = sorted(places.values())
    shown, rest = ordered[:MAX_COMPLAINTS], ordered[MAX_COMPLAINTS:]
    if rest:
        more = f"and {len(rest)} more complaints from here on"
        shown.append(Complaint(rest[0].line, rest[0].column, more))
    return tuple(shown)
