"""Names and descriptions as ECS takes them."""

from __future__ import annotations

import re
from typing import Final

from sandbox.domain.ecs.errors import invalid

_ADDRESSES: Final = ("http://", "https://")
_SECURITY_GROUP: Final = re.compile(r"[^\W\d_][\w:.-]{1,127}")
_TEMPLATE: Final = re.compile(r"[^\W\d_][\w:-]{1,127}")
_DESCRIPTION_LENGTHS: Final = range(2, 257)


def check_security_group_name(name: str) -> None:
    """2 to 128 characters, a letter first; raises ApiError."""
    if not _SECURITY_GROUP.fullmatch(name) or name.startswith(_ADDRESSES):
        raise invalid("InvalidSecurityGroupName.Malformed", "SecurityGroupName")


def check_template_name(name: str) -> None:
    """2 to 128 characters, a letter first; raises ApiError."""
    if not _TEMPLATE.fullmatch(name):
        raise invalid("InvalidLaunchTemplateName.Malformed", "LaunchTemplateName")


def check_description(text: str, parameter: str) -> None:
    """2 to 256 characters, or nothing, and no address; raises ApiError."""
    if text and (len(text) not in _DESCRIPTION_LENGTHS or text.startswith(_ADDRESSES)):
        raise invalid("InvalidDescription.Malformed", parameter)
