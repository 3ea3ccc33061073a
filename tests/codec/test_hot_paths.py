"""What is done for every message and attribute is C: the functions on that way, as Cython translates them, call nothing
of Python but what counts references and makes plain objects. Lines that raise are off the way."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import netlynx.codec

CODEC = Path(netlynx.codec.__file__).parent
BUILT = CODEC.parents[2] / "build/cython/src/netlynx/codec/_codec.c"  # of `make setup`

# Done once a message, once an attribute, or once a value.
HOT = """
    ascii_string begin_known count_steps decode_prefix decode_record decode_selected decode_sequence decode_string
    decode_struct decode_value fill_record fill_struct find_selector finish hex_string integer ip_text keep
    keep_repeat learn like_known load looks_known make_value message_at new_record note put_ip put_ipv4 put_ipv6
    put_number put_slot read_on remember repeated settle slot_of walk_attributes walk_members walk_steps widen
    worth_a_try
"""

# References, types, plain objects made and filled, a number looked up in a dict; what is looked at behind a failure.
PLAIN = """
    __PYX_ERR __Pyx_PyLong_As_int __Pyx_PyIndex_AsSsize_t __Pyx_XDECREF_SET
    PyBytes_FromStringAndSize PyDict_GetItem PyErr_Clear PyErr_Occurred PyList_Append PyList_AsTuple PyList_GET_SIZE
    PyList_New PyLong_FromLongLong PyLong_FromUnsignedLongLong PyTuple_GET_ITEM PyTuple_GET_SIZE PyTuple_New
    PyTuple_SET_ITEM PyUnicode_DATA PyUnicode_DecodeUTF8 PyUnicode_New Py_DECREF Py_False Py_INCREF Py_None Py_TYPE
    Py_True Py_XDECREF Py_XINCREF __Pyx_AddTraceback __Pyx_DECREF __Pyx_ErrOccurredWithGIL __Pyx_GIVEREF
    __Pyx_GOTREF __Pyx_INCREF __Pyx_NewRef __Pyx_PyList_GET_SIZE __Pyx_RefNannyFinishContext
    __Pyx_RefNannySetupContext __Pyx_XDECREF __Pyx_XGIVEREF __Pyx_XGOTREF __Pyx_XINCREF
"""

CALL = re.compile(r"\b(_?Py[A-Z]\w*|Py_\w+|__Pyx_\w+|__PYX_\w+)\s*\(")
LINE = re.compile(r'^  ?\s*/\* ".*?/?(\w+\.p[xy][xi])":(\d+)$')


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The C that Cython makes of the codec."""
    pytest.importorskip("Cython")
    if not (CODEC / "_codec.pyx").exists():
        pytest.skip("installed without the sources of the codec")
    sources = [*CODEC.rglob("*.p[xy][xi]")]
    if BUILT.exists() and BUILT.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return BUILT.read_text()
    folder = tmp_path_factory.mktemp("codec")
    for source in sources:
        copy = folder / source.relative_to(CODEC)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(source, copy)
    subprocess.run([sys.executable, "-m", "cython", "-3", "_codec.pyx"], cwd=folder, check=True, capture_output=True)
    return (folder / "_codec.c").read_text()


def raising_lines() -> set[tuple[str, int]]:
    """The lines of statements that raise, by file and number."""
    lines = set()
    for path in CODEC.rglob("*.p[xy][xi]"):
        depth = 0
        inside = False
        for number, text in enumerate(path.read_text().splitlines(), 1):
            if not inside and text.strip().startswith(("raise ", "raise\n")):
                inside, depth = True, 0
            if inside:
                lines.add((path.name, number))
                depth += sum(text.count(each) for each in "([{") - sum(text.count(each) for each in ")]}")
                inside = depth > 0
    return lines


def functions(c: str) -> dict[str, list[str]]:
    """The bodies of the C functions that Cython made of `cdef` functions, by their names."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in c.splitlines():
        begin = re.match(r"static .*?__pyx_f_\w*?_codec_(\w+)\(.*\) \{$", line)
        if begin:
            name = begin[1]
            found[name] = []
        elif line == "}":
            name = ""
        elif name:
            found[name].append(line)
    return found


def calls_of_python(body: list[str], beside: set[tuple[str, int]]) -> set[str]:
    """What a function calls of Python that is not plain, with the place; lines `beside` the way are left out."""
    calls = set()
    place = ("", 0)
    for line in body:
        told = LINE.match(line)
        if told:
            place = (told[1], int(told[2]))
        elif not line.startswith(" *") and place not in beside:
            calls |= {f"{place[0]}:{place[1]} {name}" for name in CALL.findall(line) if name not in PLAIN.split()}
    return calls


def test_nothing_in_python_for_each_message_attribute_or_value(translated: str) -> None:
    bodies = functions(translated)
    assert set(HOT.split()) <= bodies.keys()
    beside = raising_lines()
    slow = {name: sorted(calls) for name in HOT.split() if (calls := calls_of_python(bodies[name], beside))}
    assert not slow


def test_what_calls_python_is_seen(translated: str) -> None:
    bodies = functions(translated)
    assert calls_of_python(bodies["decode_hook"], raising_lines())
    assert calls_of_python(bodies["keep_unknown"], raising_lines())
    assert calls_of_python(bodies["integer"], set()) == set()
