"""After the work: the watcher is told, and asked to ask again where something is left pending."""

from __future__ import annotations

from functions.bootstrap.provision import Provisioned
from functions.bootstrap.setting import Setting
from shared.cloud.fc import invoke_async, untag_function
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import Failure, Reaction
from shared.naming import ASKED_TAG


def tell_watcher(setting: Setting, done: Provisioned) -> Failure | None:
    """Invoke the watcher, so that what was built is armed without waiting for its schedule.

    Regions that time did not suffice for would be asked for again in an hour; so the watcher's
    memory of having asked is deleted first. Returns why that could not be done.
    """
    settings, session = setting.settings, setting.session
    results = done.results.values()
    pending = any(result.is_pending for result in results)
    if not pending and not any(result.changes for result in results):
        return None
    region, function, arn = settings.fc_region, settings.watcher_function, settings.watcher_arn
    if function is None or region is None:
        return None  # from a terminal: there may be no watcher
    try:
        if pending and arn is not None:
            untag_function(session, region, arn, [ASKED_TAG])
        invoke_async(session, region, function, {"action": "poll"})
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return Failure(
            "DeadlinePassed",
            "There was no time left to invoke the watcher.",
            Reaction.TRANSIENT,
            "Nothing to do: its schedule comes to the same.",
        )
    return None
