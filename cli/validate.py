"""`p2p-fleet validate FILE`: is this control document right?"""

from __future__ import annotations

from pathlib import Path

import click

from shared.control.capacity import capacity_of
from shared.control.parse import parse_document


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def validate(file: Path) -> int:
    """Check a control document; exit 0, or 1 with FILE:line:col: sentence lines."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}; name a readable file.") from error
    document = parse_document(text)
    if isinstance(document, tuple):
        for complaint in document:
            click.echo(f"{file}:{complaint}")
        return 1
    counts = [capacity_of(document, region) for region in document.configured_regions]
    managed = [count for count in counts if count is not None]
    said = f"{counted(sum(managed), 'node')} in {counted(len(managed), 'region')}"
    if len(managed) < len(counts):
        said += f", {counted(len(counts) - len(managed), 'region')} unmanaged"
    click.echo(f"{file}: valid: {said}")
    return 0


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the singular where it belongs."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
