"""The folder of a raw protocol's module: what is in it, and which names and numbers are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netlynx.module import Folder, ModuleError, new_protocol

FILES = {"Makefile", "dkms.conf", "netlynx.toml", "test_radio.py", "radio.c", "radio.h", "radio_client.py"}


@pytest.fixture
def radio(tmp_path: Path) -> Folder:
    return new_protocol("radio", 29, tmp_path / "radio")


def texts(folder: Folder) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.path.iterdir()}


def test_the_files(radio: Folder) -> None:
    assert texts(radio).keys() == FILES
    assert Folder.at(radio.path) == radio


def test_nothing_of_a_template_is_left(radio: Folder) -> None:
    for name, text in texts(radio).items():
        assert "${" not in text, name
        assert "NAME" not in re.sub(r"(PACKAGE|MODULE)_NAME|KBUILD_MODNAME", "", text), name
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name


def test_the_module_does_what_the_classical_one_does(radio: Folder) -> None:
    code = texts(radio)["radio.c"]
    start, end = code.index("__init radio_init"), code.index("__exit radio_exit")
    assert "netlink_kernel_create(&init_net, RADIO_PROTOCOL, &cfg)" in code[start:end]
    assert code.index("cancel_delayed_work_sync") < code.index("netlink_kernel_release(radio_sock)")
    assert "kernel recv from user: " in code
    assert '"hello users!!!"' in code
    assert "nlmsg_unicast(radio_sock, reply, portid)" in code
    assert "nlmsg_multicast(radio_sock, skb, 0, RADIO_GROUP_NEWS, GFP_KERNEL)" in code
    assert 'MODULE_LICENSE("Dual MIT/GPL")' in code
    assert "LINUX_VERSION_CODE" not in code


def test_lines_of_c_are_no_longer_than_kernel_style_has_them(radio: Folder) -> None:
    for name in ("radio.c", "radio.h"):
        for line in texts(radio)[name].splitlines():
            assert len(line.expandtabs(8)) <= 100, line


def test_the_client_and_the_header_agree(radio: Folder) -> None:
    client: dict[str, object] = {"__name__": "radio_client"}
    exec(compile(texts(radio)["radio_client.py"], "radio_client.py", "exec"), client)
    compile(texts(radio)["test_radio.py"], "test_radio.py", "exec")
    assert "#define RADIO_PROTOCOL 29" in texts(radio)["radio.h"]
    assert (client["PROTOCOL"], client["TEXT"], client["NEWS"], client["GROUP_NEWS"]) == (29, 16, 17, 1)


def test_make_and_dkms_build_the_module(radio: Folder) -> None:
    files = texts(radio)
    assert "obj-m := radio.o\n" in files["Makefile"]
    assert "\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n" in files["Makefile"]
    assert 'BUILT_MODULE_NAME[0]="radio"' in files["dkms.conf"]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("My-Proto", "my_proto"),
        ("2fast", "my_2fast"),
        ("Größe", "gr_e"),
        ("a b", "a_b"),
        ("int", "my_int"),
        ("class", "my_class"),
        ("netlink", "my_netlink"),
        ("UPPER", "upper"),
        ("../evil", "evil"),
        ('x"; reboot', "x_reboot"),
    ],
)
def test_a_bad_name_is_refused_and_a_better_one_named(tmp_path: Path, name: str, better: str) -> None:
    with pytest.raises(ModuleError, match=re.escape(f"{better!r} would do")):
        new_protocol(name, 25, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    new_protocol(better, 25, tmp_path / "new")


@pytest.mark.parametrize("name", ["", "_", "ß", "x" * 41])
def test_a_name_of_which_nothing_can_be_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModuleError, match=r"cannot name a module|too long"):
        new_protocol(name, 25, tmp_path / "new")


@pytest.mark.parametrize(("number", "words"), [(-1, "numbered 0 to 31"), (32, "numbered 0 to 31"), (4, "SOCK_DIAG")])
def test_a_number_that_is_not_free(tmp_path: Path, number: int, words: str) -> None:
    with pytest.raises(ModuleError, match=words):
        new_protocol("hello", number, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my life")
    with pytest.raises(ModuleError, match="is there already, and not empty"):
        new_protocol("hello", 25, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("text", [None, "", "[module", "[module]\n", "module = 3\n"])
def test_a_folder_that_is_no_module(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "netlynx.toml").write_text(text)
    with pytest.raises(ModuleError, match=r"netlynx\.toml"):
        Folder.at(tmp_path)
