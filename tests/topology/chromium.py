"""Chromium without a window, told what to do through a pipe (Chrome DevTools Protocol, --remote-debugging-pipe)."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from itertools import count
from typing import Any, Self

from support import PATIENCE

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# What the browser reads is its descriptor 3, what it writes its 4.
_START = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'


class Chromium:
    """One page of a browser of its own. Ends with the block."""

    def __init__(self, profile: str) -> None:
        assert PROGRAM is not None
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=1300,1000",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        words = ["bash", "-c", _START, "bash", str(theirs_in), str(theirs_out), PROGRAM, *options, "about:blank"]
        self._process = subprocess.Popen(
            words,
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers, self._rest, self._session = count(1), b"", ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self._out)  # which ends it
        os.close(self._in)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, **parameters: Any) -> Any:
        """Carry out a command of the protocol; its result. Raises AssertionError for what it refuses."""
        number = next(self._numbers)
        said = {"id": number, "method": method, "params": parameters}
        os.write(self._out, json.dumps(said | ({"sessionId": self._session} if self._session else {})).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            while b"\0" not in self._rest:
                ready, _, _ = select.select([self._in], [], [], until - time.monotonic())
                assert ready, f"no answer to {method}"
                more = os.read(self._in, 1 << 20)
                assert more, "the browser has ended"
                self._rest += more
            one, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(one)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, expression: str) -> Any:
        """What an expression of JavaScript is, or the promise that it gives comes to."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until an expression is true: looked at whenever the page is drawn anew."""
        self.value(
            "new Promise((done) => { const look = () => ("
            + expression
            + ") ? done(true) : requestAnimationFrame(look); look(); })"
        )
