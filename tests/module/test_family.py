"""The folder of a declared family's module: what is generated, and what is never touched again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from netlynx.module import Folder, ModuleError, new_family, new_protocol, regenerate

WEATHER = Path(__file__).parents[1] / "vm" / "weather" / "weather.py"
HARBOUR = Path(__file__).parents[1] / "vm" / "harbour" / "harbour.py"

SMALL = '''
from netlynx.generic import Family, do, dump, event
from netlynx.schema import Record, attr, string, u32

class Greeter(Family, name="greeter"):
    """It greets."""

    class Greeting(Record):
        text: str | None = attr(1, string(80))

    hello = do(1, request=Greeting, reply=Greeting, required=("text",))
    said = event(2, Greeting, group="news")
'''


@pytest.fixture
def weather(tmp_path: Path) -> Folder:
    return new_family("weather", str(WEATHER), tmp_path / "weather")


@pytest.fixture
def harbour(tmp_path: Path) -> Folder:
    return new_family("harbour", str(HARBOUR), tmp_path / "harbour")


def greeter(tmp_path: Path, text: str = SMALL, chosen: str = "") -> Folder:
    file = tmp_path / "greeter.py"
    file.write_text(text)
    return new_family("greeter", f"{file}{chosen}", tmp_path / "module")


def texts(folder: Folder) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.path.iterdir() if file.is_file()}


# ---------------------------------------------------------------------------------------------- again


def test_generating_again_changes_not_a_byte(weather: Folder) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in weather.path.iterdir() if file.is_file()}
    assert regenerate(Folder.at(weather.path)) == ([], [])
    for file, (data, time) in before.items():
        assert (file.read_bytes(), file.stat().st_mtime_ns) == (data, time)


def test_what_is_yours_is_never_overwritten(weather: Folder) -> None:
    own = ("weather_handlers.c", "Makefile", "dkms.conf", "weather_client.py", "test_weather.py")
    for name in own:
        (weather.path / name).write_text("mine")
    for name in ("weather.h", "weather_netlink.h", "weather_netlink.c"):
        (weather.path / name).write_text("spoilt")
    changed, missing = regenerate(weather)
    assert sorted(changed) == ["weather.h", "weather_netlink.c", "weather_netlink.h"]
    assert len(missing) == 5
    for name in own:
        assert (weather.path / name).read_text() == "mine"


def test_a_new_operation_is_generated_and_its_handler_asked_for(tmp_path: Path) -> None:
    folder = greeter(tmp_path)
    file = folder.path / "greeter.py"
    file.write_text(SMALL + "    all = dump(3, reply=Greeting)\n")
    changed, missing = regenerate(folder)
    assert changed == ["greeter.h", "greeter_netlink.h", "greeter_netlink.c"]
    assert missing == [
        "int greeter_dump_all(unsigned long at, struct sk_buff *row,\n\t\tstruct netlink_callback *cb)",
    ]
    assert "GREETER_CMD_ALL = 3," in texts(folder)["greeter.h"]
    handlers = folder.path / "greeter_handlers.c"
    handlers.write_text(handlers.read_text() + f"\n{missing[0]}\n{{\n\treturn GREETER_ROW_END;\n}}\n")
    assert regenerate(folder) == ([], [])


# ---------------------------------------------------------------------------------------------- in C


def test_the_skeleton_has_every_handler(weather: Folder) -> None:
    declared = re.findall(r"^int (weather_(?:do|dump)_\w+)\(", texts(weather)["weather_netlink.h"], re.M)
    assert declared == [
        "weather_do_get",
        "weather_dump_all",
        "weather_do_set",
        "weather_do_echo",
        "weather_do_forget",
    ]
    for handler in declared:
        assert re.search(rf"^int {handler}\(", texts(weather)["weather_handlers.c"], re.M)


def test_version_guards_only_where_they_are_needed(tmp_path: Path, weather: Folder) -> None:
    assert "LINUX_VERSION_CODE" not in texts(greeter(tmp_path))["greeter_netlink.c"]
    conditions = set(re.findall(r"#if (.*)", texts(weather)["weather_netlink.c"]))
    assert conditions == {
        "LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)",  # NLA_UINT
        "LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)",  # struct genl_split_ops
    }


@pytest.mark.parametrize(
    ("field", "policy"),
    [
        ("STATION", "{ .type = NLA_NUL_STRING, .len = 15 }"),
        ("TEMPERATURE", "NLA_POLICY_RANGE(NLA_S32, -900, 600)"),
        ("SKY", "NLA_POLICY_MAX(NLA_U8, 2)"),
        ("PLACE", "NLA_POLICY_MIN_LEN(12)"),
        ("READINGS", "NLA_POLICY_NESTED_ARRAY(weather_reading_policy)"),
        ("ALERT", "{ .type = NLA_FLAG }"),
        ("EVERYTHING_PORT", "{ .type = NLA_BE16 }"),
        ("EVERYTHING_FAR", "NLA_POLICY_FULL_RANGE(NLA_U32, &weather_everything_policy_far)"),
        ("EVERYTHING_AUTO", "{ .type = NLA_UINT }"),
        ("EVERYTHING_DEEP", "NLA_POLICY_FULL_RANGE_SIGNED(NLA_S64, &weather_everything_policy_deep)"),
        ("EVERYTHING_HAZARDS", "NLA_POLICY_MASK(NLA_U32, 0x7)"),
        ("EVERYTHING_SWITCHES", "NLA_POLICY_BITFIELD32(0xffffffff)"),
        ("EVERYTHING_BLOB", "{ .type = NLA_BINARY, .len = 64 }"),
        ("EVERYTHING_ADDRESS", "NLA_POLICY_RANGE(NLA_BINARY, 4, 16)"),
        ("EVERYTHING_GATEWAY", "NLA_POLICY_EXACT_LEN(4)"),
        ("EVERYTHING_READING", "NLA_POLICY_NESTED(weather_reading_policy)"),
        ("EVERYTHING_LOW", "NLA_POLICY_MIN(NLA_U64, 5)"),
    ],
)
def test_the_policy_of_each_kind(weather: Folder, field: str, policy: str) -> None:
    assert f"\t[WEATHER_A_{field}] = {policy},\n" in texts(weather)["weather_netlink.c"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("harbour.h", "struct harbour_harbour_header_data {\t/* the header of messages, 12 bytes */"),
        ("harbour.h", "} __attribute__((packed));"),
        ("harbour_netlink.c", "\t.hdrsize\t= sizeof(struct harbour_harbour_header_data),"),
        ("harbour_netlink.c", "static_assert(sizeof(struct harbour_harbour_header_data) == 12);"),
        (
            "harbour_netlink.c",
            "\t[HARBOUR_GROUP_TIDE_INDEX] = { .name = HARBOUR_GROUP_TIDE, .flags = GENL_MCAST_CAP_NET_ADMIN },",
        ),
        ("harbour_netlink.h", "\tconst u32 *weights;\t/* binary of u32 */"),
        ("harbour_netlink.h", "\tconst u8 (*nets)[16];\t/* binary of ip6 */"),
        ("harbour_netlink.h", "#define harbour_load_for_each_tags(attr, rest, values) \\"),
        ("harbour_netlink.h", "int harbour_load_put_lights(struct sk_buff *skb, const u16 *keys,"),
        ("harbour_netlink.h", "int harbour_crate_put_nested(struct sk_buff *skb, int type,"),
    ],
)
def test_headers_and_arrays_in_c(harbour: Folder, file: str, line: str) -> None:
    assert line in texts(harbour)[file].splitlines()


def test_a_family_is_in_every_namespace_only_if_it_says_so(weather: Folder, harbour: Folder) -> None:
    assert "\t.netnsok\t= true," in texts(weather)["weather_netlink.c"]
    assert "netnsok" not in texts(harbour)["harbour_netlink.c"]


def test_a_privilege_is_a_flag_of_the_operation(weather: Folder) -> None:
    assert texts(weather)["weather_netlink.c"].count("GENL_ADMIN_PERM") == 2  # in either table


def test_the_header_is_good_c_for_programs_too(tmp_path: Path, weather: Folder) -> None:
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    source = tmp_path / "program.c"
    source.write_text(
        '#include "weather.h"\n'
        '_Static_assert(sizeof(struct weather_place_data) == 12, "");\n'
        '_Static_assert(WEATHER_A_TEMPERATURE == 2 && WEATHER_A_REPORT_MAX == 6, "");\n'
        '_Static_assert(WEATHER_CMD_ALL == 1 && WEATHER_CMD_CHANGED == 5, "");\n'
        '_Static_assert(WEATHER_SKY_RAIN == 2 && WEATHER_HAZARD_ICE == 4, "");\n'
        '_Static_assert(sizeof(WEATHER_FAMILY_NAME WEATHER_GROUP_CHANGES) == 15, "");\n'
    )
    command = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", str(weather.path), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_its_python_is_python(weather: Folder) -> None:
    for name in ("weather_client.py", "test_weather.py"):
        compile(texts(weather)[name], name, "exec")


# ------------------------------------------------------------------------------------------- refusals


def test_what_is_no_declaration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="there is no file"):
        new_family("greeter", str(tmp_path / "none.py"), tmp_path / "module")
    with pytest.raises(ModuleError, match="declares no family"):
        greeter(tmp_path, "x = 1\n")
    with pytest.raises(ModuleError, match="ZeroDivisionError"):
        greeter(tmp_path, "1 / 0\n")
    with pytest.raises(ModuleError, match="no family Butler; it has Greeter"):
        greeter(tmp_path, SMALL, ":Butler")
    assert not (tmp_path / "module").exists()


def test_of_several_families_one_is_chosen(tmp_path: Path) -> None:
    several = SMALL + "\nclass Other(Family, name='other'):\n    bye = do(1)\n"
    with pytest.raises(ModuleError, match=r"several families: write .*greeter\.py:Greeter"):
        greeter(tmp_path, several)
    folder = greeter(tmp_path, several, ":Other")
    assert "OTHER" not in texts(folder)["greeter.h"]
    assert '"other"' in texts(folder)["greeter.h"]
    assert regenerate(Folder.at(folder.path)) == ([], [])


def test_a_file_that_would_be_in_the_way(tmp_path: Path) -> None:
    file = tmp_path / "greeter_client.py"
    file.write_text(SMALL)
    with pytest.raises(ModuleError, match="rename it"):
        new_family("greeter", str(file), tmp_path / "module")


def test_a_module_that_is_called_the_same_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, part = ModuleType("greeter"), ModuleType("greeter.part")
    monkeypatch.setitem(sys.modules, "greeter", mine)
    monkeypatch.setitem(sys.modules, "greeter.part", part)
    greeter(tmp_path)
    assert (sys.modules["greeter"], sys.modules["greeter.part"]) == (mine, part)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("indexed(indexed(u32))", "Greeting.odd: no C can be generated that checks elements of the kind indexed"),
        ("indexed(flag)", "Greeting.odd: no C can be generated that checks elements of the kind flag"),
        ("indexed(between(u32, 1, 5))", "Greeting.odd: no policy checks the range of elements"),
        ("ip, ip6=3", "Greeting.odd: no C can be generated for a field that two attributes stand for"),
        ("select('text', {'a': u32})", "Greeting.odd: select depends on other fields"),
    ],
)
def test_a_field_that_has_no_c_is_named(tmp_path: Path, field: str, words: str) -> None:
    text = SMALL.replace("import Record, ", "import between, flag, indexed, ip, select, Record, ").replace(
        "string(80))\n", f"string(80))\n        odd: object = attr(2, {field})\n"
    )
    with pytest.raises(ModuleError, match=re.escape(words)):
        greeter(tmp_path, text)


def test_a_raw_protocol_is_not_generated_again(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="nothing is generated anew"):
        regenerate(new_protocol("hello", 25, tmp_path / "hello"))


def test_a_declaration_that_is_gone(weather: Folder) -> None:
    (weather.path / "weather.py").unlink()
    with pytest.raises(ModuleError, match="is not there"):
        regenerate(weather)
