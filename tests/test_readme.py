"""Every Python example of the README is run, as it stands there, in a namespace of its own."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from netlynx import netns

README = (Path(__file__).parents[1] / "README.md").read_text()
EXAMPLES = [textwrap.dedent(code) for code in re.findall(r"^```python\n(.*?)^```", README, re.S | re.M)]


def name(code: str) -> str:
    return next(
        (word for word in ("batch", "subscribe", "aconnect", "VirtualKernel", "EncodeError") if word in code), ""
    )


@pytest.mark.namespace
@pytest.mark.parametrize("code", EXAMPLES, ids=[f"{number}-{name(code)}" for number, code in enumerate(EXAMPLES)])
def test_the_readmes_examples_run_as_they_stand(code: str, namespace: netns.NetworkNamespace) -> None:
    netns.run_in(namespace, exec, compile(code, "README.md", "exec"), {"__name__": "__main__"})


def test_the_readme_opens_with_the_two_commands() -> None:
    commands = re.findall(r"^\$ (.*)$", README, re.M)
    assert commands[:2] == ["make demo", "make test"]
