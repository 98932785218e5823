"""Functions that really run: the vendor's client, over HTTP, with processes at the other end."""

from __future__ import annotations

import base64
import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from alibabacloud_fc20230330 import models
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.server import RunningSandbox, start_sandbox
from tests.sandbox.fc_packages import encoded
from tests.sandbox.roles import make_role
from tests.sandbox.wire.fc_deployment import FC_ENDPOINT, FcDeployer, appears, have_ended

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]

ECHO = """
def handler(event, context):
    return event
"""
FAILS = """
def fail():
    raise ValueError("out of bananas")

def handler(event, context):
    print("about to fail")
    fail()
"""
SLEEPS = """
import json, os, subprocess, time

def handler(event, context):
    child = subprocess.Popen(["sleep", "600"])
    with open(json.loads(event)["path"], "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    time.sleep(600)
"""


@pytest.fixture
def fc(sandbox: RunningSandbox, config_for: ConfigFor) -> FcDeployer:
    """The official FC client for the empty sandbox, patient enough for a busy machine."""
    return FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))


def history(sandbox: RunningSandbox, admin: AdminCall) -> list[dict[str, Any]]:
    """The invocations that the sandbox tells of."""
    shown: list[dict[str, Any]] = admin(sandbox, "GET", "state")["products"]["fc"][
        "ap-southeast-7"
    ]["invocations"]
    return shown


def test_a_synchronous_invocation_returns_what_the_handler_returns(fc: FcDeployer) -> None:
    """Bytes and strings as they are, everything else as JSON."""
    fc.create(ECHO)
    fc.create("def handler(event, context):\n    return 'ü' + event.decode()\n", "text")
    fc.create("def handler(event, context):\n    return {'event': event.decode()}\n", "json")
    fc.create("def handler(event, context):\n    pass\n", "nothing")
    answers = {name: fc.invoke("hé", name).body.read() for name in ("f", "text", "json", "nothing")}
    assert answers == {
        "f": "hé".encode(),
        "text": "ühé".encode(),
        "json": json.dumps({"event": "hé"}).encode(),
        "nothing": b"null",
    }


def test_the_log_comes_when_it_is_asked_for(fc: FcDeployer) -> None:
    """Its last 4 KB, stdout and stderr and logging together, in Base64."""
    fc.create(
        "import logging, sys\n"
        "def handler(event, context):\n"
        "    print('x' * 5000)\n"
        "    print('to stderr', file=sys.stderr)\n"
        "    logging.info('to the log of %s', context.request_id)\n"
    )
    response = fc.invoke(x_fc_log_type="Tail")
    request_id = response.headers["x-fc-request-id"]
    log = base64.b64decode(response.headers["x-fc-log-result"]).decode()
    assert len(log) == 4096
    first, second, third, fourth = log.splitlines()
    assert set(first) == {"x"}
    assert (second, fourth) == ("to stderr", f"FC Invoke End RequestId: {request_id}")
    assert third.endswith(f"[INFO] to the log of {request_id}")
    assert "x-fc-log-result" not in fc.invoke().headers


def test_an_exception_is_the_answer(fc: FcDeployer) -> None:
    """HTTP 200 with the type of error in a header, and message, type and stack in the body."""
    fc.create(FAILS)
    response = fc.invoke()
    error = json.loads(response.body.read())
    assert (response.status_code, response.headers["x-fc-error-type"]) == (
        200,
        "UnhandledInvocationError",
    )
    assert (error["errorMessage"], error["errorType"]) == ("out of bananas", "ValueError")
    assert [frame[1:] for frame in error["stackTrace"]] == [
        ["line 7", "in handler", "fail()"],
        ["line 3", "in fail", 'raise ValueError("out of bananas")'],
    ]
    assert all(frame[0].endswith('index.py"') for frame in error["stackTrace"])


@pytest.mark.parametrize(
    ("source", "handler", "kind", "said"),
    [
        ("", "index.handler", "HandlerNotFound", "Handler 'handler' is missing on module 'index'"),
        ("", "other.handler", "ImportModuleError", "Unable to import module 'other.handler'"),
        ("import nowhere", "index.handler", "ModuleNotFoundError", "No module named 'nowhere'"),
        ("x = (", "index.handler", "SyntaxError", "'(' was never closed (index.py, line 1)"),
        (
            "def handler(event, context):\n    return {1, 2}\n",
            "index.handler",
            "TypeError",
            "Object of type set is not JSON serializable",
        ),
    ],
)
def test_handlers_that_cannot_run(
    fc: FcDeployer, source: str, handler: str, kind: str, said: str
) -> None:
    """A handler that is not there, or cannot be imported or understood, is an error as any."""
    fc.create(source, handler=handler)
    error = fc.result()
    assert (error["errorType"], error["errorMessage"]) == (kind, said)


@pytest.mark.parametrize("ending", ["os._exit(3)", "sys.exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_process_that_ends_in_its_handler(fc: FcDeployer, ending: str) -> None:
    """However it ends itself, the caller is told so, with how long it took and what it used."""
    fc.create(f"import os, sys\ndef handler(event, context):\n    {ending}\n")
    (said,) = fc.result().values()
    assert re.fullmatch(
        r"Process exited unexpectedly before completing request "
        r"\(duration: \d+ms, maxMemoryUsage: \d+\.\d\dMB\)",
        said,
    )


def test_a_timeout_ends_the_whole_process_group(fc: FcDeployer, tmp_path: Path) -> None:
    """After its timeout nothing of a function is left, not even what it has started."""
    fc.create(SLEEPS, timeout=1)
    path = tmp_path / "pids"
    began = time.monotonic()
    response = fc.invoke(json.dumps({"path": str(path)}))
    assert 1 <= time.monotonic() - began < 10
    assert json.loads(response.body.read()) == {
        "errorMessage": "Function timed out after 1 seconds"
    }
    assert response.headers["x-fc-error-type"] == "UnhandledInvocationError"
    assert have_ended(path.read_text())


def test_what_a_handler_leaves_behind_is_ended(fc: FcDeployer) -> None:
    """An instance freezes when its handler returns: neither threads nor children go on."""
    fc.create(
        "import json, subprocess, threading, time\n"
        "def handler(event, context):\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "    return subprocess.Popen(['sleep', '600']).pid\n"
    )
    assert have_ended(str(fc.result()))


def test_a_function_sees_its_own_world_only(
    fc: FcDeployer, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code first on the path, its own environment, none of the sandbox's, no repository."""
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    files = {
        "functions/__init__.py": "MARK = 'the deployed one'\n",
        "functions/poll.py": (
            "import importlib.util, json, os, sys, functions\n"
            "def handler(event, context):\n"
            "    seen = {name: importlib.util.find_spec(name) is not None\n"
            "            for name in ('sandbox', 'shared', 'cli', 'tests', 'requests')}\n"
            "    return {'mark': functions.MARK, 'seen': seen, 'environment': dict(os.environ),\n"
            "            'cwd': os.getcwd(), 'first': sys.path[0]}\n"
        ),
    }
    fc.create(
        "",
        code=models.InputCodeLocation(zip_file=encoded(files)),
        handler="functions/poll.handler",
        environment_variables={"FLEET_NAME": "p2p"},
        role=make_role(sandbox.cloud),
    )
    answer = fc.result()
    environment = answer.pop("environment")
    code = environment["FC_FUNC_CODE_PATH"]
    assert answer == {
        "mark": "the deployed one",
        "seen": {
            "sandbox": False,
            "shared": False,
            "cli": False,
            "tests": False,
            "requests": True,
        },
        "cwd": code,
        "first": code,
    }
    assert environment == {
        "PATH": environment["PATH"],
        "HOME": environment["HOME"],
        "TMPDIR": environment["HOME"],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "FLEET_NAME": "p2p",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": environment["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        "ALIBABA_CLOUD_SECURITY_TOKEN": environment["ALIBABA_CLOUD_SECURITY_TOKEN"],
        "FC_ACCOUNT_ID": sandbox.account_id,
        "FC_FUNCTION_NAME": "f",
        "FC_FUNCTION_HANDLER": "functions/poll.handler",
        "FC_FUNCTION_MEMORY_SIZE": "512",
        "FC_REGION": "ap-southeast-7",
        "FC_INSTANCE_ID": environment["FC_INSTANCE_ID"],
        "FC_FUNC_CODE_PATH": code,
    }
    assert os.environ["HOME"] != environment["HOME"]


def test_the_context_is_that_of_the_runtime(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """Python 3.10 has credentials in its context; in 3.12 they are in the environment only."""
    source = (
        "from dataclasses import asdict\n"
        "def handler(event, context):\n"
        "    told = {name: getattr(context, name) for name in ('request_id', 'region',\n"
        "            'account_id')} | {'function': asdict(context.function)}\n"
        "    if hasattr(context, 'credentials'):\n"
        "        told['key'] = context.credentials.access_key_id\n"
        "    return told | {'shown': repr(context)}\n"
    )
    role = make_role(sandbox.cloud)
    fc.create(source, "old", runtime="python3.10", memory_size=1024, role=role)
    fc.create(source, "new", runtime="python3.12", role=role)
    response = fc.invoke(name="old")
    told = json.loads(response.body.read())
    key = sandbox.cloud.temporary_key(told["key"])
    assert key is not None
    assert key.access_key_secret not in told.pop("shown")
    assert told == {
        "request_id": response.headers["x-fc-request-id"],
        "region": "ap-southeast-7",
        "account_id": sandbox.account_id,
        "function": {"name": "old", "handler": "index.handler", "memory": 1024, "timeout": 20},
        "key": key.access_key_id,
    }
    assert "key" not in fc.result(name="new")


def test_layers_are_merged_and_the_first_one_wins(fc: FcDeployer) -> None:
    """What is in a layer's `python` folder can be imported; the function's own code comes first."""

    def publish(name: str, files: dict[str, str]) -> str:
        code = models.InputCodeLocation(zip_file=encoded(files))
        body = models.CreateLayerVersionInput(code=code)
        request = models.CreateLayerVersionRequest(body=body)
        return str(fc.client.create_layer_version(name, request).body.layer_version_arn)

    first = publish("first", {"python/both.py": "x = 'first'", "python/index.py": ""})
    second = publish("second", {"python/both.py": "x = 'second'", "python/only.py": "x = 'second'"})
    fc.create(
        "import both, only\ndef handler(event, context):\n    return [both.x, only.x]\n",
        layers=[first, second],
    )
    assert fc.result() == ["first", "second"]


def test_an_update_takes_effect_with_the_next_invocation(fc: FcDeployer) -> None:
    """Every version of the code has a folder of its own."""
    fc.create("def handler(event, context):\n    return 1\n")
    assert fc.result() == 1
    code = models.InputCodeLocation(
        zip_file=encoded({"index.py": "def handler(event, context):\n    return 2\n"})
    )
    body = models.UpdateFunctionInput(code=code)
    fc.client.update_function("f", models.UpdateFunctionRequest(body=body))
    assert fc.result() == 2


def test_an_asynchronous_invocation_is_run_later(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """202 at once, without a result; what becomes of it is in the state, under its request id."""
    fc.create(ECHO)
    request_id = fc.invoke_async('{"x": 1}')
    sandbox.wait_until_idle(timeout_s=30)
    (invocation,) = history(sandbox, admin)
    log = invocation.pop("log")
    assert f"FC Invoke Start RequestId: {request_id}" in log
    assert invocation == {
        "function": "f",
        "request_id": request_id,
        "type": "Async",
        "at": invocation["at"],
        "ended_at": invocation["ended_at"],
        "status": "Succeeded",
        "attempts": 1,
        "event": '{"x": 1}',
        "error": None,
        "result": '{"x": 1}',
    }
    assert admin(sandbox, "GET", "invocations") == {"queued": 0, "running": 0, "done": 1}
    journal = [one for one in admin(sandbox, "GET", "requests") if one["action"][0] == "I"]
    assert [(one["request_id"], one["status"]) for one in journal] == [(request_id, 202)]


def test_a_failed_one_is_tried_again_in_the_accounts_time(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """A minute later, and two minutes after that; as often as the configuration says."""
    fc.create(FAILS)
    config = models.PutAsyncInvokeConfigInput(max_async_retry_attempts=2)
    fc.client.put_async_invoke_config("f", models.PutAsyncInvokeConfigRequest(body=config))
    fc.invoke_async()
    attempts = []
    for wait_s in (0, 60, 120, 120):
        admin(sandbox, "POST", "clock", {"advance_s": wait_s})
        sandbox.wait_until_idle(timeout_s=30)
        (invocation,) = history(sandbox, admin)
        attempts.append((invocation["attempts"], invocation["status"]))
    assert attempts == [(1, "Retrying"), (2, "Retrying"), (3, "Failed"), (3, "Failed")]
    assert json.loads(invocation["error"])["errorMessage"] == "out of bananas"


def test_a_timer_fires_when_the_clock_is_moved(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall
) -> None:
    """A jump over three firings runs the function three times, each with its own event."""
    fc.create(ECHO)
    start = admin(sandbox, "GET", "clock")["now"]
    body = models.CreateTriggerInput(
        trigger_name="tick",
        trigger_type="timer",
        trigger_config='{"cronExpression": "@every 5m", "enable": true, "payload": "go"}',
    )
    fc.client.create_trigger("f", models.CreateTriggerRequest(body=body))
    admin(sandbox, "POST", "clock", {"advance_s": 16 * 60})
    sandbox.wait_until_idle(timeout_s=30)
    events = [json.loads(one["result"]) for one in history(sandbox, admin)]
    assert [(one["triggerName"], one["payload"]) for one in events] == [("tick", "go")] * 3
    times = sorted(one["triggerTime"] for one in events)
    assert start[:16] < times[0][:16] < times[1][:16] < times[2][:16]


def test_a_timer_fires_with_real_time_too(
    sandbox: RunningSandbox, config_for: ConfigFor, admin: AdminCall
) -> None:
    """Nobody has to ask for anything: a timer that is due soon runs by itself."""
    fc = FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT))
    fc.create(ECHO)
    body = models.CreateTriggerInput(
        trigger_name="tick",
        trigger_type="timer",
        trigger_config='{"cronExpression": "@every 1m", "enable": true}',
    )
    fc.client.create_trigger("f", models.CreateTriggerRequest(body=body))
    admin(sandbox, "POST", "clock", {"advance_s": 58.5})
    until = time.monotonic() + 20
    while sandbox.cloud.functions.counts.done == 0:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_waiting_call_keeps_nobody_else_waiting(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall, tmp_path: Path
) -> None:
    """While a synchronous invocation runs, every other request is answered."""
    fc.create(
        "import json, os, time\n"
        "def handler(event, context):\n"
        "    names = json.loads(event)\n"
        "    open(names['running'], 'w').write('yes')\n"
        "    while not os.path.exists(names['go']):\n"
        "        time.sleep(0.01)\n"
        "    return 'gone'\n"
    )
    event = json.dumps({"running": str(tmp_path / "running"), "go": str(tmp_path / "go")})
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(fc.invoke, event)
        appears(tmp_path / "running")
        assert admin(sandbox, "GET", "invocations") == {"queued": 0, "running": 1, "done": 0}
        assert fc.client.get_function("f", models.GetFunctionRequest()).body.state == "Active"
        (tmp_path / "go").touch()
        assert answer.result(timeout=20).body.read() == b"gone"


def test_instances_run_at_once_up_to_the_limit(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall, tmp_path: Path
) -> None:
    """Two run at the same time; a third synchronous call is refused, an asynchronous one waits."""
    admin(sandbox, "POST", "faults", {"account": {"quotas": {"fc:instances": 2}}})
    fc.create(SLEEPS)
    paths = [tmp_path / name for name in ("a", "b", "c")]
    for path in paths:
        fc.invoke_async(json.dumps({"path": str(path)}))
    for path in paths[:2]:
        appears(path)
    assert admin(sandbox, "GET", "invocations") == {"queued": 1, "running": 2, "done": 0}
    with pytest.raises(ClientException) as refused:
        fc.invoke()
    assert (refused.value.status_code, refused.value.code) == (429, "ResourceExhausted")
    with pytest.raises(TimeoutError, match="1 invocations are still waiting and 2 running"):
        sandbox.wait_until_idle(timeout_s=0.1)
    assert not paths[2].exists()


def test_a_stop_leaves_no_process_and_no_file(
    config_for: ConfigFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever runs or waits is given up, the caller of a synchronous invocation is told."""
    path, scratch = tmp_path / "pids", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    sandbox = start_sandbox(seed=1)
    fc = FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))
    fc.create(SLEEPS)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(fc.invoke, json.dumps({"path": str(path)}))
        pids = appears(path)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 5
        # The answer races with the connection's end, which either of them may win.
        error = answer.exception(timeout=10)
        if error is None:
            assert b"reset or stopped" in answer.result().body.read()
    assert have_ended(pids)
    assert not [one for one in threading.enumerate() if one.name.startswith("sandbox-")]
    assert list(scratch.iterdir()) == []


def test_a_reset_ends_what_runs(
    fc: FcDeployer, sandbox: RunningSandbox, admin: AdminCall, tmp_path: Path
) -> None:
    """An emptied account has no functions, and none of its processes are left."""
    path = tmp_path / "pids"
    fc.create(SLEEPS)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(fc.invoke, json.dumps({"path": str(path)}))
        pids = appears(path)
        admin(sandbox, "POST", "reset")
        assert json.loads(answer.result(timeout=10).body.read()) == {
            "errorMessage": "The sandbox was reset or stopped."
        }
    assert have_ended(pids)
    assert admin(sandbox, "GET", "invocations") == {"queued": 0, "running": 0, "done": 0}
    fc.create(ECHO)
    assert fc.invoke("again").body.read() == b"again"


def test_the_sandbox_runs_python_only(fc: FcDeployer) -> None:
    """Other runtimes can be deployed; their invocations fail with the reason."""
    fc.create("", runtime="nodejs20")
    assert fc.result() == {"errorMessage": "The sandbox does not run nodejs20."}


def test_a_package_that_cannot_be_unpacked(fc: FcDeployer) -> None:
    """A damaged archive is the invocation's error, and the next one is none the worse."""
    damaged = bytearray(base64.b64decode(encoded({"index.py": "x = 1"})))
    damaged[damaged.index(b"x = 1")] = ord("y")
    code = models.InputCodeLocation(zip_file=base64.b64encode(bytes(damaged)).decode())
    fc.create("", code=code)
    said = "The sandbox cannot run the function: its code package cannot be unpacked: Bad CRC-32"
    assert fc.result()["errorMessage"].startswith(said)
    fc.create(ECHO, "whole")
    assert fc.invoke("fine", "whole").body.read() == b"fine"


def test_a_function_can_call_the_sandbox(fc: FcDeployer, sandbox: RunningSandbox) -> None:
    """With the endpoint in its environment, a function's SDK works with the keys it is given."""
    fc.create(
        "import os\n"
        "from alibabacloud_tea_openapi.client import Client\n"
        "from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params\n"
        "from darabonba.runtime import RuntimeOptions\n"
        "def handler(event, context):\n"
        "    key = context.credentials\n"
        "    client = Client(Config(access_key_id=key.access_key_id,\n"
        "        access_key_secret=key.access_key_secret, security_token=key.security_token,\n"
        "        protocol='http', http_proxy=os.environ['ENDPOINT'],\n"
        "        endpoint='sts.ap-southeast-7.aliyuncs.com'))\n"
        "    params = Params(action='GetCallerIdentity', version='2015-04-01', protocol='HTTP',\n"
        "        pathname='/', method='POST', auth_type='AK', style='RPC',\n"
        "        req_body_type='formData', body_type='json')\n"
        "    return client.call_api(params, OpenApiRequest(), RuntimeOptions())['body']\n",
        environment_variables={"ENDPOINT": sandbox.endpoint},
        timeout=60,
        role=make_role(sandbox.cloud),
    )
    assert fc.result()["Arn"] == (f"acs:ram::{sandbox.account_id}:assumed-role/runner/fc-f")


def test_invocations_cannot_be_posted(sandbox: RunningSandbox) -> None:
    """The admin interface only tells how many there are."""
    response = requests.post(f"{sandbox.endpoint}/_sandbox/invocations", timeout=5)
    assert response.status_code == 405
