"""Could the group make its instances: from this template and image, with this stock? Pure."""

from __future__ import annotations

from typing import Final

from functions.bootstrap.checks.account import is_about_account
from functions.bootstrap.checks.quota import is_about_quota
from functions.bootstrap.checks.records import (
    Check,
    CheckName,
    Ours,
    Source,
    Stocked,
    Wanted,
    bad,
    human,
    not_looked_at,
    ok,
    rebuild,
    unknown,
    unmade,
)
from shared.cloud.errors import would_be_said_again
from shared.cloud.permissions import is_denial
from shared.failure import Failure, Reaction
from shared.naming import Tag

_NO_TEMPLATE = "the group makes its instances from no launch template, so none can be tried"


def check_template(wanted: Wanted, ours: Ours) -> Check:
    """Whether the stack is the document's, and one instance could be made from it (a dry run)."""
    if _is_outdated(wanted, ours):
        return bad("template", _outdated(wanted.region))
    if ours.source is None:
        return unknown("template", _NO_TEMPLATE)
    if isinstance(ours.source, Failure):
        return _judged(wanted, ours.source)
    if isinstance(ours.trial, Failure):
        return _judged(wanted, ours.trial)
    return _tried(ours, ours.source)


def _tried(ours: Ours, source: Source) -> Check:
    """Say what is known of a template that nothing was found to be wrong with."""
    if ours.trial == "passed":
        said = f"version {source.version.number} would start an instance (dry run)"
        return ok("template", said)
    if isinstance(ours.stocked, Stocked):
        return ok("template", "not tried: no more nodes are wanted")
    why = "nothing is in stock" if ours.stocked is None else "it is not known what is in stock"
    return unknown("template", f"not tried: {why}")


def check_stock(wanted: Wanted, ours: Ours) -> Check:
    """Whether a zone of the group has one of its instance types, with the template's disk."""
    source, stocked = ours.source, ours.stocked
    if not isinstance(source, Source):
        return _sourceless("stock", source)
    if isinstance(stocked, Failure):
        return unmade("stock", stocked)
    disk, zones = source.version.spec.disk_category, ", ".join(source.vswitches)
    if isinstance(stocked, Stocked):
        return ok("stock", f"{stocked.instance_type} with {disk} in {stocked.zone}")
    types = ", ".join(source.instance_types)
    if ours.group.active >= wanted.nodes:
        return ok("stock", f"all nodes run; more of {types} could not be had now")
    failure = Failure(
        "NoStock",
        f"No zone of the group ({zones}) has {types} with {disk} now.",
        Reaction.SHORTAGE,
        "Add another `instance_types` or `disk_categories` entry for the region, then"
        f" p2p-fleet bootstrap --regions {wanted.region} chooses anew; or wait.",
    )
    return bad("stock", failure)


def check_image(wanted: Wanted, ours: Ours) -> Check:
    """Whether the image of the launch template still exists and can be used."""
    image, source = ours.image, ours.source
    if not isinstance(source, Source):
        return _sourceless("image", source)
    if image is not None and isinstance(ours.trial, Failure) and _is_about_image(ours.trial):
        return bad("image", ours.trial)
    if image is None:
        said = f"The region has no image {source.version.spec.image_id} any more."
        return bad("image", human("ImageNotFound", said, rebuild(wanted.region)))
    if isinstance(image, Failure):
        return unmade("image", image)
    if image.status not in {"Available", ""}:
        said = f"The image {image.image_id} is {image.status}."
        return bad("image", human("ImageUnfit", said, rebuild(wanted.region)))
    return ok("image", f"{image.image_id} is available")


def _sourceless(name: CheckName, source: Failure | None) -> Check:
    """Without a template there is nothing to look at; what is wrong with it its own check tells."""
    return unknown(name, _NO_TEMPLATE) if source is None else not_looked_at(name, source)


def _is_outdated(wanted: Wanted, ours: Ours) -> bool:
    """Whether bootstrap built the stack from another template than the document's.

    A group that was handed over by hand has no fingerprint, and of an adopted one it is not ours.
    """
    built_from = ours.group.tags.get(Tag.STACK)
    adopted = Tag.ADOPTED in ours.group.tags
    return built_from is not None and not adopted and built_from != wanted.fingerprint


def _outdated(region: str) -> Failure:
    said = "The scaling group still makes instances from the template of an older document."
    return human("TemplateOutdated", said, rebuild(region))


def _judged(wanted: Wanted, failure: Failure) -> Check:
    """Tell what is wrong with the template from what only kept it from being looked at."""
    if is_denial(failure.code):
        # Auto Scaling starts instances in its own name: who asks here need not be allowed to.
        return not_looked_at("template", failure)
    if any(is_about(failure) for is_about in _TOLD_ELSEWHERE):
        return unknown("template", f"not tried to the end: {failure.code} came first")
    if failure.reaction is not Reaction.TRANSIENT:
        return bad("template", failure)
    if would_be_said_again(failure.code):
        # What the template names is gone: to bootstrap that passes, for it builds anew.
        said = f"An instance cannot be started from the template: {failure.message}"
        return bad("template", human(failure.code, said, rebuild(wanted.region)))
    return unmade("template", failure)


def _is_about_image(failure: Failure) -> bool:
    return failure.code.startswith(_IMAGE_CODES)


_IMAGE_CODES: Final = ("InvalidImage", "ImageNotSupport", "OperationDenied.ImageNotValid")
_TOLD_ELSEWHERE: Final = (is_about_account, is_about_quota, _is_about_image)
"""What a dry run may meet and another check tells of."""
