"""`netlynx module` and `netlynx vm`: what is printed, and how wrong usage ends."""

from __future__ import annotations

from pathlib import Path

from command import Run

WEATHER = str(Path(__file__).parents[1] / "vm" / "weather" / "weather.py")


def test_new_prints_what_it_wrote_and_what_comes_next(run: Run, tmp_path: Path) -> None:
    done = run("module", "new", "hello", "--protocol", "25", "--at", str(tmp_path / "hello"))
    assert sorted(done.stdout.split()) == sorted(str(file) for file in (tmp_path / "hello").iterdir())
    assert done.stderr == f"netlynx: next: netlynx module test {tmp_path / 'hello'}\n"


def test_new_takes_a_protocol_or_a_family(run: Run) -> None:
    for given in ((), ("--protocol", "25", "--family", WEATHER)):
        assert (
            "give either --protocol NUMBER or --family FILE.py" in run("module", "new", "x1", *given, status=2).stderr
        )


def test_a_bad_name_is_one_line(run: Run, tmp_path: Path) -> None:
    done = run("module", "new", "My-Proto", "--protocol", "25", "--at", str(tmp_path / "x"), status=1)
    assert done.stdout == ""
    assert done.stderr.startswith("netlynx: 'My-Proto' cannot name a module")
    assert done.stderr.endswith("'my_proto' would do\n")


def test_regenerate_says_what_changed_and_what_is_missing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "weather"
    run("module", "new", "weather", "--family", WEATHER, "--at", str(folder))
    assert run("module", "regenerate", str(folder)).stdout == ""
    (folder / "weather.h").write_text("")
    assert run("module", "regenerate", str(folder)).stdout == f"{folder / 'weather.h'}\n"
    (folder / "weather_handlers.c").write_text("")
    done = run("module", "regenerate", str(folder), status=1)
    assert done.stderr == "netlynx: weather_handlers.c lacks 5:\n"
    assert "int weather_do_forget(struct genl_info *info)\n" in done.stdout


def test_a_folder_that_is_no_module(run: Run, tmp_path: Path) -> None:
    done = run("module", "test", str(tmp_path), status=1)
    assert done.stderr == (
        f"netlynx: {tmp_path} is no module's folder: it has no netlynx.toml, which `netlynx module new` writes\n"
    )


def test_a_guest_that_cannot_be_is_status_125(run: Run, tmp_path: Path) -> None:
    done = run("vm", "run", "true", status=125, NETLYNX_VM_CACHE=str(tmp_path / "cache"), NETLYNX_VM_MEMORY="much")
    assert done.stderr == "netlynx: NETLYNX_VM_MEMORY is 'much', which is no number of at least 1\n"


def test_a_place_for_the_exchange_that_there_is_not(run: Run) -> None:
    assert "'virtual', 'usersock', 'vm'" in run("hello", "--on", "mars", status=2).stderr


def test_the_exchange_on_a_virtual_kernel_alone(run: Run) -> None:
    lines = ["send kernel:hello netlink!!", "kernel recv from user: hello netlink!!", "from kernel:hello users!!!"]
    assert run("hello", "--on", "virtual").stdout.splitlines() == lines
