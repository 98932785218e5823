"""After the work: the watcher is told, and asked to ask again where something is left to do."""

from __future__ import annotations

from functions.bootstrap.event import Event
from functions.bootstrap.notices import Notices, no_time_to
from functions.bootstrap.provision import Provisioned
from functions.bootstrap.setting import Setting
from shared.cloud.fc import invoke_async
from shared.cloud.session import CallFailedError, DeadlinePassedError, Effect
from shared.control.intent import Hold
from shared.failure import Failure


def tell_watcher(
    setting: Setting, event: Event, done: Provisioned, notices: Notices
) -> Failure | None:
    """Invoke the watcher, so that what was built is armed without waiting for its schedule.

    What time did not suffice for would be asked for again in an hour, and so would what could not
    begin because the document was held; so the watcher's memory of having asked is deleted first.
    Returns why something of this could not be done.
    """
    is_held = isinstance(done.intake.acceptance.verdict, Hold)
    pending = any(result.is_pending for result in done.results.values())
    unsaid = notices.building_ended(ask_again=is_held or pending)
    return (_invoke(setting) if _is_news(event, done) else None) or unsaid


def _is_news(event: Event, done: Provisioned) -> bool:
    """Whether the watcher is to look at once.

    Where nothing has changed it need not, and must not where it would ask again without end: for a
    region that time never suffices for. But if it has asked for what is there already, a run before
    has built that and not lived to tell.
    """
    results = done.results.values()
    stands = any(result.failure is None for result in results)
    return any(result.changes for result in results) or (event.resolved is not None and stands)


def _invoke(setting: Setting) -> Failure | None:
    settings, session = setting.settings, setting.session
    region, function = settings.fc_region, settings.watcher_function
    if function is None or region is None:
        return None  # from a terminal: there may be no watcher
    event = {"action": "poll"}
    try:
        # Repeated like a read: one poll too many does no harm, one that never comes does.
        session.persist(Effect.READ, lambda: invoke_async(session, region, function, event))
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return no_time_to("invoke the watcher")
    return None
