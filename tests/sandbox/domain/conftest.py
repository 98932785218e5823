"""What the tests of the domain model share."""

from __future__ import annotations

import pytest

from sandbox.domain.cloud import Cloud
from tests.sandbox.domain.ecs_user import EcsUser
from tests.sandbox.domain.ess_user import REGION, START, EssUser


@pytest.fixture
def ess() -> EssUser:
    """A user of Auto Scaling in an empty account with two regions."""
    return EssUser(Cloud(seed=1, start=START, regions=[REGION, "cn-hangzhou"]))


@pytest.fixture
def ecs() -> EcsUser:
    """A user of ECS in an account with two regions."""
    return EcsUser()
