"""What a running function may not have: more memory, larger files, or another code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from sandbox.server import RunningSandbox
from tests.sandbox.fc_packages import encoded
from tests.sandbox.wire.fc_deployment import FC_ENDPOINT, FcDeployer

ConfigFor = Callable[..., Config]

KILLED = re.compile(
    r"Process exited unexpectedly before completing request "
    r"\(duration: \d+ms, maxMemoryUsage: (\d+\.\d\d)MB\)"
)

MEASURED = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="only Linux tells how much memory others have"
)


@pytest.fixture
def fc(sandbox: RunningSandbox, config_for: ConfigFor) -> FcDeployer:
    """The official FC client for the empty sandbox, patient enough for a busy machine."""
    return FcDeployer(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))


def handler(*lines: str) -> str:
    """A function whose handler does this; what it returns begins as None."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"import os, subprocess, sys, tempfile, time\ndef handler(event, context):\n{body}"


@MEASURED
@pytest.mark.parametrize(
    "lines",
    [
        ("held = bytearray(b'x' * 200 * 2**20)", "time.sleep(60)"),
        ("held = b'x' * 200 * 2**20", "return len(held)"),
        (
            "source = 'import time; held = bytearray(b\"x\" * 200 * 2**20); time.sleep(60)'",
            "subprocess.run([sys.executable, '-c', source])",
        ),
    ],
    ids=["held", "gone at the end", "in a child"],
)
def test_too_much_memory_ends_a_function(fc: FcDeployer, lines: tuple[str, ...]) -> None:
    """Whoever has more than memorySize, for however short, is killed, with all it has started."""
    fc.create(handler(*lines), cpu=0.1, memory_size=128)
    response = fc.invoke()
    headers = {name.lower(): value for name, value in response.headers.items()}
    assert headers["x-fc-error-type"] == "UnhandledInvocationError"
    said = KILLED.search(response.body.read().decode())
    assert said is not None
    assert float(said[1]) > 128
    assert headers["x-fc-max-memory-usage"] == said[1]


@MEASURED
def test_what_an_invocation_took_is_in_the_headers(fc: FcDeployer) -> None:
    """Duration, memory, and what ran it; a function within its memory is left alone."""
    created = fc.create(handler("held = b'x' * 30 * 2**20", "return len(held)"))
    headers = {name.lower(): value for name, value in fc.invoke().headers.items()}
    assert 30 < float(headers["x-fc-max-memory-usage"]) < 128
    assert float(headers["x-fc-invocation-duration"]) > 0
    assert headers["x-fc-code-checksum"] == created.code_checksum
    assert re.fullmatch(r"c-[0-9a-f-]{36}", headers["x-fc-instance-id"])
    assert headers["x-fc-invocation-service-version"] == "LATEST"


@pytest.mark.parametrize(
    "line",
    [
        "open('index.py', 'a')",
        "open(os.path.join(os.environ['FC_FUNC_CODE_PATH'], 'new'), 'w')",
        "os.open('new', os.O_CREAT | os.O_WRONLY)",
        "os.remove('index.py')",
        "os.rename('index.py', '/tmp/index.py')",
        "os.rename(tempfile.mkstemp()[1], 'new')",
        "os.mkdir('new')",
        "os.rmdir('folder')",
        "os.symlink('/tmp', 'new')",
        "os.link('index.py', 'new')",
        "os.chmod('index.py', 0o777)",
        "os.utime('index.py')",
        "os.truncate('index.py', 0)",
        "open(next(one for one in sys.path if one.endswith('/python')) + '/x.py', 'w')",
    ],
)
def test_code_and_layers_are_read_only(fc: FcDeployer, line: str) -> None:
    """A function changes nothing in /code and /opt, as in a read-only file system."""
    code = models.InputCodeLocation(zip_file=encoded({"python/x.py": ""}))
    body = models.CreateLayerVersionInput(code=code)
    request = models.CreateLayerVersionRequest(body=body)
    layer = fc.client.create_layer_version("sdk", request).body.layer_version_arn
    source = handler(line, "return 'changed'")
    package = models.InputCodeLocation(zip_file=encoded({"index.py": source, "folder/x": ""}))
    fc.create("", layers=[layer], code=package)
    error = fc.result()
    assert (error["errorType"], error["errorMessage"].partition(":")[0]) == (
        "OSError",
        "[Errno 30] Read-only file system",
    )
    assert fc.result() == error


def test_a_function_has_scratch_space(fc: FcDeployer) -> None:
    """Temporary folders can be written to and removed, whichever way, and code can be read."""
    fc.create(
        handler(
            "import shutil",
            "folder = tempfile.mkdtemp()",
            "open(folder + '/x', 'w').write(open('index.py').read())",
            "os.rename(folder + '/x', folder + '/y')",
            "shutil.rmtree(folder)",
            "return os.path.exists(folder)",
        )
    )
    assert fc.result() is False


def test_no_file_is_larger_than_the_disk(fc: FcDeployer) -> None:
    """A file that would be larger than diskSize cannot be written."""
    fc.create(
        handler(
            "with tempfile.TemporaryFile() as file:",
            "    file.truncate(512 * 2**20)",
            "    file.truncate(512 * 2**20 + 1)",
        ),
        disk_size=512,
    )
    assert fc.result()["errorMessage"] == "[Errno 27] File too large"


def test_how_large_an_event_can_be(
    fc: FcDeployer, sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """32 MB arrive whole at a function that somebody waits for; one byte more is too much.

    Sent as bytes: the SDK's own stream takes minutes for so many.
    """
    fc.create(handler("return len(event)"), memory_size=512)
    client = OpenApiClient(config_for(sandbox, endpoint=FC_ENDPOINT, read_timeout=60_000))
    params = Params(
        action="InvokeFunction",
        version="2023-03-30",
        protocol="HTTP",
        pathname="/2023-03-30/functions/f/invocations",
        method="POST",
        auth_type="AK",
        style="ROA",
        req_body_type="byte",
        body_type="string",
    )
    largest = OpenApiRequest(body=b"x" * 32 * 2**20)
    assert client.call_api(params, largest, RuntimeOptions())["body"] == str(32 * 2**20)
    with pytest.raises(ClientException) as refused:
        client.call_api(params, OpenApiRequest(body=b"x" * (32 * 2**20 + 1)), RuntimeOptions())
    assert (refused.value.status_code, refused.value.code) == (400, "EntityTooLarge")
