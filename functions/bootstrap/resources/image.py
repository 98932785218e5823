"""Image lookup: a family's newest image at the time, or the very image that was asked for."""

from __future__ import annotations

from dataclasses import replace

from functions.bootstrap.records import BuildMove, DestroyMove, Gone, Ground, Ready, Stuck
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Image
from shared.failure import Failure, Reaction

_FAMILY_MARK = ":"  # `acs:ubuntu_24_04_x64` is a family, `m-bp1…` and `ubuntu_…vhd` are images


class ImageLookup:
    """The image that new template versions name: an id, so that a version always means the same."""

    kind = "image"

    def find(self, site: Site) -> Image | None:
        """DescribeImageFromFamily, or DescribeImages."""
        if site.spec is None:
            return None
        wanted, ecs = site.spec.template.image, site.clouds.ecs
        if _FAMILY_MARK in wanted:
            return ecs.newest_image(site.region, wanted)
        return ecs.image(site.region, wanted)

    def know(self, ground: Ground, found: Image | None) -> Ground:
        """The launch template needs it."""
        return replace(ground, image=found)

    def build(self, site: Site, found: Image | None) -> BuildMove:
        """Refuse an image on which the nodes could not set themselves up."""
        template = site.wanted.template
        if found is None:
            return Stuck(_missing(site, template.image))
        if found.status not in {"Available", ""}:
            return Stuck(_unfit(f"{found.image_id} is {found.status} in {site.region}"))
        if not found.cloud_init:
            return Stuck(_unfit(f"{found.image_id} has no cloud-init, which sets the nodes up"))
        if found.size_gb > template.disk_size_gb:
            said = f"{found.image_id} needs a disk of {found.size_gb} GB"
            return Stuck(_unfit(f"{said}, and `disk_size_gb` is {template.disk_size_gb}"))
        return Ready()

    def destroy(self, _site: Site, _found: Image | None) -> DestroyMove:
        """It is not ours."""
        return Gone()


def _missing(site: Site, image: str) -> Failure:
    return Failure(
        "ImageNotFound",
        f"{site.region} has no image {image}.",
        Reaction.HUMAN,
        "Correct `image` in `fleet`, or in `regions` for this region alone.",
    )


def _unfit(said: str) -> Failure:
    return Failure("ImageUnfit", f"{said}.", Reaction.HUMAN, "Name another `image` in `fleet`.")
