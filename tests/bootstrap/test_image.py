"""The image of the nodes: looked up, checked before anything is built, fixed in the template."""

from __future__ import annotations

import random
import time
from typing import Final

import pytest

from functions.bootstrap.records import Ready, StackSpec, Stuck
from functions.bootstrap.resources.image import ImageLookup
from functions.bootstrap.site import Clouds, Site
from shared.cloud.session import CloudCredentials, Session
from shared.cloud.stack_records import Image
from shared.control.fleet import FleetTemplate
from shared.deadline import Deadline
from shared.failure import Failure, Reaction
from shared.memory import Memory
from tests.bootstrap.yard import FRANKFURT, LONDON, NOON, Yard, error_of, told

OLDER: Final = "ubuntu_22_04_x64_20G_alibase_20260713.vhd"
SHARED_WRITES: Final = ["CreateResourceGroup", "CreateRole", "CreatePolicy", "AttachPolicyToRole"]
GOOD: Final = Image("m-1", "mine", 20, cloud_init=True, status="Available")
REMEDY: Final = "Name another `image` in `fleet`."


@pytest.mark.parametrize(
    ("image", "image_id"),
    [
        ("acs:ubuntu_24_04_x64", "ubuntu_24_04_x64_20G_alibase_20260916.vhd"),
        ("acs:ubuntu_22_04_x64", "ubuntu_22_04_x64_20G_alibase_20260916.vhd"),
        (OLDER, OLDER),
    ],
)
def test_nodes_start_from_the_newest_of_a_family_or_from_the_very_image(
    yard: Yard, image: str, image_id: str
) -> None:
    """The template names an id, so that a version always means the same."""
    yard.commit(f"fleet: {{image: '{image}'}}")

    yard.run()

    assert yard.template_data()["ImageId"] == image_id


@pytest.mark.parametrize("image", ["acs:ubuntu_99_04_x64", "m-bp1nosuchimage0000000"])
def test_an_image_that_is_not_there_is_named_and_nothing_is_built(yard: Yard, image: str) -> None:
    """Not even a VPC: the region's other parts wait until there is one."""
    yard.commit(f"fleet: {{image: '{image}'}}")

    report = yard.run()

    assert (error_of(report), yard.writes) == (
        (
            "ImageNotFound",
            f"eu-central-1 has no image {image}.",
            "Correct `image` in `fleet`, or in `regions` for this region alone.",
        ),
        SHARED_WRITES,
    )


def test_a_region_without_images_delays_no_other(yard: Yard) -> None:
    """Only that region fails."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.faults(account={"images_missing_in": [LONDON]})

    assert told(yard.run()) == {
        FRANKFURT: "provision done",
        LONDON: "provision failed ImageNotFound",
    }


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (Image("m-1", "", 20, cloud_init=True, status="Deprecated"), "m-1 is Deprecated in eu-w"),
        (Image("m-1", "", 20, cloud_init=False, status="Available"), "m-1 has no cloud-init, whi"),
        (
            Image("m-1", "", 40, cloud_init=True, status="Available"),
            "m-1 needs a disk of 40 GB, and `disk_size_gb` is 20.",
        ),
    ],
)
def test_an_image_on_which_nodes_could_not_start_is_refused(image: Image, said: str) -> None:
    """Before anything is created, in one sentence."""
    move = ImageLookup().build(site(), image)

    assert isinstance(move, Stuck)
    failure = move.failure
    assert failure == Failure("ImageUnfit", failure.message, Reaction.HUMAN, REMEDY)
    assert failure.message.startswith(said)


def test_a_fitting_image_is_taken() -> None:
    """It has cloud-init and fits on the disk."""
    assert ImageLookup().build(site(), GOOD) == Ready()


def site() -> Site:
    """Return a region to build in by the usual template; nothing is asked of the cloud."""
    session = Session(
        CloudCredentials("id", "secret"),
        Deadline.after(1.0, time.monotonic),
        endpoint_url=None,
        sleep=time.sleep,
        rng=random.Random(1),
    )
    spec = StackSpec(FleetTemplate(), fingerprint="", memory=Memory(), user_data="")
    return Site(Clouds.behind(session), lambda: NOON, "p2p-agent", LONDON, "1", spec)
