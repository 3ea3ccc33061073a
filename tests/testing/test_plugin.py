"""The pytest plug-in as its users meet it: pytest finds it, its fixtures work, and what fails is readable."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import netlynx
from support import namespaces_refused

PROGRAM = """
import netlynx
from netlynx import route


def widen(name):
    with netlynx.connect() as nl:
        nl.do(route.change(route.Link(name=name, mtu=9000)))
"""

SERVING = """
import pytest
from netlynx.kernel import VirtualKernel

@pytest.fixture
def changes(virtual_kernel):
    virtual_kernel.serve(0).do(16)(lambda request: None)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a small program; the plug-in is found as it is by everybody: by its entry point."""
    monkeypatch.setenv("PYTHONPATH", str(Path(netlynx.__file__).parents[1]))  # the same netlynx, wherever pytest runs
    pytester.makepyfile(program=PROGRAM)
    pytester.makeconftest(SERVING)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    quicker = ("-p", "no:anyio", "-p", "no:hypothesispytest")  # the others that are installed take seconds to load
    return project.runpytest_subprocess("-rs", *quicker, *arguments)


def test_its_fixtures_are_listed_with_what_they_are(project: pytest.Pytester) -> None:
    result = run(project, "--fixtures")
    ours = result.stdout.str().partition("fixtures defined from netlynx.testing.plugin")[2]
    ours = ours.partition("fixtures defined from")[0]
    described = re.findall(r"^(\w+) -- .*plugin\.py:\d+\n    (?!no docstring)\w", ours, re.M)
    assert described == ["virtual_kernel", "netns", "inside_netns", "recorder", "replay"]


def test_a_program_talks_to_the_virtual_kernel_and_the_recorder_knows_what_it_asked(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import threading
        import netlynx
        from netlynx import route
        from program import widen

        def test_it(changes, recorder):
            thread = threading.Thread(target=widen, args=["eth0"])
            thread.start()
            thread.join()
            recorder.assert_asked(route.change(route.Link(name="eth0", mtu=9000)), only=True)

        def test_sockets(virtual_kernel):
            @virtual_kernel.protocol(25)
            def hello(sock, message):
                sock.unicast(b"hello users!!!", to=message.portid)
            with netlynx.NetlinkSocket(25) as sock:
                sock.settimeout(5)
                sock.send("hello netlink!!")
                assert sock.recv().text == "hello users!!!"

        def test_namespaces(virtual_kernel):
            blue = virtual_kernel.namespace("blue")
            blue.protocol(25, lambda sock, message: sock.unicast(b"blue", to=message.portid))
            with netlynx.NetlinkSocket(25, netns="blue") as sock:
                sock.settimeout(5)
                sock.send("who?")
                assert sock.recv().text == "blue"
    """)
    run(project).assert_outcomes(passed=3)


def test_an_assertion_that_fails_is_readable(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from netlynx import route
        from program import widen

        def test_it(changes, recorder):
            widen("eth0")
            recorder.assert_asked(route.change(route.Link(name="eth0", mtu=1500)))
    """)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: route.change(name=eth0, mtu=1500) was not asked of the kernel.",
            "E*It was asked 1 time:",
            "E*1. RTM_NEWLINK Link(name=eth0, mtu=9000)",
            "E*The nearest is request 1:",
            "E*mtu: 1500 expected, 9000 asked",
        ]
    )


def test_a_recording_answers_and_what_does_not_fit_it_fails_the_test(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from program import widen

        def test_1_record(changes, recorder, request):
            widen("eth0")
            recorder.save(request.path.parent / "widen.jsonl")

        def test_2_replay(replay):
            replayer = replay("widen.jsonl")
            widen("eth0")
            replayer.assert_finished()

        def test_3_differs(replay):
            replay("widen.jsonl")
            try:
                widen("eth1")
            except BaseException:
                pass

        def test_4_missing(replay):
            replay("nowhere.jsonl")
    """)
    result = run(project)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "E*netlynx.transport.replay.UnexpectedRequest: the program asked for what *widen.jsonl does not have next",
            "E*asked:    RTM_NEWLINK Link(name=eth1, mtu=9000)",
            "E*recorded: RTM_NEWLINK Link(name=eth0, mtu=9000)   (request 1 of 1)",
            "E*If the program is right, make the recording anew.",
        ]
    )
    result.stdout.fnmatch_lines(["E*FileNotFoundError: *nowhere.jsonl'"])


NAMESPACES = """
    import subprocess
    import netlynx
    from netlynx import route
    from netlynx.netns import current
    from program import widen

    def test_a_namespace_of_its_own(netns):
        assert netns != current()
        with netlynx.connect(netns=netns) as nl:
            assert [link.name for link in nl.dump(route.links()).all() if link.kind is None] == ["lo"]

    def test_inside(inside_netns):
        assert current() == inside_netns
        widen("lo")
        assert "mtu 9000" in subprocess.run(["ip", "link"], capture_output=True, text=True).stdout

    def test_recorded(netns, recorder):
        widen("lo")
        recorder.assert_asked(route.change(route.Link(name="lo", mtu=9000)))

    def test_outside_again(netns):
        assert netns != current()
        with netlynx.connect(netns=netns) as nl:
            assert nl.do(route.link(name="lo")).mtu == 65536
"""


def test_namespaces_are_the_tests_own(project: pytest.Pytester) -> None:
    if reason := namespaces_refused():
        pytest.skip(reason)
    project.makepyfile(NAMESPACES)
    run(project).assert_outcomes(passed=4)


def test_where_there_are_no_namespaces_the_reason_is_shown(project: pytest.Pytester) -> None:
    project.makeconftest("""
        import errno
        from netlynx import netns, PermissionDenied

        def refused():
            raise PermissionDenied(errno.EPERM)

        netns.anonymous = refused
    """)
    project.makepyfile(NAMESPACES)
    result = run(project)
    result.assert_outcomes(skipped=4)
    result.stdout.re_match_lines(
        [
            r"SKIPPED .*no network namespace can be made here: Operation not permitted \(EPERM\); "
            r"be root, or run pytest under `unshare -Urn`"
        ]
    )


def test_it_loads_nothing_of_netlynx_until_it_is_used(project: pytest.Pytester) -> None:
    project.makeconftest("")
    project.makepyfile("""
        import sys

        def test_it():
            loaded = sorted(name for name in sys.modules if name.startswith("netlynx"))
            own = ["netlynx", "netlynx._version", "netlynx.late", "netlynx.testing", "netlynx.testing.plugin"]
            assert loaded == own
            assert "msgspec" not in sys.modules
    """)
    run(project).assert_outcomes(passed=1)


def test_it_can_be_left_out(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(recorder): pass")
    result = run(project, "-p", "no:netlynx")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'recorder' not found"])


def test_without_pytest_the_fixtures_say_what_to_install_and_the_rest_works() -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "from netlynx.testing import Recorder, Replayer, default_kernel\n"
        "try: import netlynx.testing.plugin\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'netlynx[test]'" in done.stdout
