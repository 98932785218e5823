"""Sizes and times that Function Compute takes, and that this project can live with. Pure.

Limits: Function Compute 3.0, "Instance types and specifications" and "Limits".
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infra.deploying.rules.template import Function

_CPU_STEP: Final = Decimal("0.05")
_CPU_MOST: Final = Decimal(16)
_MEMORY_STEP_MB: Final = 64
_MEMORY_LEAST_MB: Final = 128
_MEMORY_MOST_MB: Final = 32 * 1024
_MB_PER_GB: Final = 1024
_GB_PER_CPU_MOST: Final = 4
_DISKS_MB: Final = (512, 10240)
_TIMEOUT_MOST_S: Final = 86400
_START_S: Final = 15
"""What a cold start is given beside DEADLINE_S; see the measured times in s.yaml."""
_DEADLINE: Final = "DEADLINE_S"
_CONCURRENCY_LEAST: Final = 2
_EVENT_AGE_MOST_S: Final = 2592000


def size_faults(place: str, function: Function) -> Iterator[str]:
    """Say what is wrong with processors, memory and disk."""
    cpu, memory_mb = Decimal(str(function.cpu)), function.memory_size
    if not _CPU_STEP <= cpu <= _CPU_MOST or cpu % _CPU_STEP:
        yield f"{place}.cpu must be a multiple of 0.05 from 0.05 to 16 vCPU, not {cpu}."
    if not _MEMORY_LEAST_MB <= memory_mb <= _MEMORY_MOST_MB or memory_mb % _MEMORY_STEP_MB:
        yield (
            f"{place}.memorySize must be a multiple of 64 from 128 to 32768 MB, not {memory_mb}."
        )
    if not cpu <= Decimal(memory_mb) / _MB_PER_GB <= _GB_PER_CPU_MOST * cpu:
        yield (
            f"{place}.memorySize must be 1 to 4 GB for each vCPU: {cpu} vCPU go with"
            f" {cpu * _MB_PER_GB:.0f} to {cpu * _MB_PER_GB * _GB_PER_CPU_MOST:.0f} MB, not"
            f" {memory_mb}."
        )
    if function.disk_size not in _DISKS_MB:
        yield f"{place}.diskSize must be 512 or 10240 MB, not {function.disk_size}."


def time_faults(place: str, function: Function) -> Iterator[str]:
    """Say what is wrong with the timeout, and with what leaves room for a cold start."""
    if not 1 <= function.timeout <= _TIMEOUT_MOST_S:
        yield f"{place}.timeout must be 1 to 86400 seconds, not {function.timeout}."
    deadline = function.environment_variables.get(_DEADLINE, "")
    if not deadline.isdecimal():
        yield f"{place}.environmentVariables.{_DEADLINE} must be whole seconds in quotes."
    elif function.timeout < int(deadline) + _START_S:
        yield (
            f"{place}.timeout must leave {_START_S} s for a cold start beside {_DEADLINE}: at least"
            f" {int(deadline) + _START_S}, not {function.timeout}."
        )


def invocation_faults(place: str, function: Function) -> Iterator[str]:
    """Say what is wrong with how many may run, and with what becomes of failed ones."""
    reserved = function.concurrency_config.reserved_concurrency
    if reserved < _CONCURRENCY_LEAST:
        yield (
            f"{place}.concurrencyConfig.reservedConcurrency must be at least 2, so that one that"
            f" hangs does not keep a person out, not {reserved}."
        )
    asynchronous = function.async_invoke_config
    if asynchronous.max_async_retry_attempts != 0:
        yield (
            f"{place}.asyncInvokeConfig.maxAsyncRetryAttempts must be 0: the next poll is the"
            f" repetition, not {asynchronous.max_async_retry_attempts}."
        )
    if not 1 <= asynchronous.max_async_event_age_in_seconds <= _EVENT_AGE_MOST_S:
        yield (
            f"{place}.asyncInvokeConfig.maxAsyncEventAgeInSeconds must be 1 to 2592000 seconds, not"
            f" {asynchronous.max_async_event_age_in_seconds}."
        )
