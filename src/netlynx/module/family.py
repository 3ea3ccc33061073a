"""The module of a declared generic netlink family: its header, policies and operations are generated from the class,
and again whenever that changes; what its operations do is written by hand, in a file that stays as it is.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from netlynx.generic.declaration import Family
from netlynx.module import elements, operations, policies, uapi, values
from netlynx.module.c_names import CNames, check
from netlynx.module.folder import Folder, ModuleError, render
from netlynx.module.names import check_name

_FRONT = "__init__.py"


def new_family(name: str, source: str, at: Path) -> Folder:
    """Write the folder of a module for the family that a Python file or package declares; it is copied into it.

    `source` is the file, or the package's folder, with the name of the class behind a colon if there are several.
    Raises ModuleError, OSError.
    """
    check_name(name)
    path, _, wanted = source.partition(":")
    file = Path(path)
    if not file.is_file() and not (file / _FRONT).is_file():
        raise ModuleError(f"there is no file {path!r}: --family takes a Python file or package that declares a Family")
    ending = ".py" if file.is_file() else ""
    if not (file.suffix == ending and file.stem.isidentifier()):
        raise ModuleError(
            f"{file.name!r} cannot be imported: call it {re.sub(r'[^a-z0-9]+', '_', file.stem.lower())}{ending}"
        )
    if file.name in (f"{name}_client.py", f"test_{name}.py"):
        raise ModuleError(f"{file.name} is what another file of the module will be called: rename it")
    family = load(file, wanted)
    names = _names(name, family)
    generated = dict(_generated(names, file.name))
    folder = Folder.create(at, name, f"{file.name}:{family.__name__}")
    if ending:
        folder.write(file.name, file.read_text())
    else:
        shutil.copytree(file, folder.path / file.name, ignore=shutil.ignore_patterns("__pycache__"))
    for each, text in [*generated.items(), *_written_once(names, file, family)]:
        folder.write(each, text)
    return folder


def regenerate(folder: Folder) -> tuple[list[str], list[str]]:
    """Generate anew what follows from the declaration.

    Returns the files that changed, and the declarations of handlers that the developer's file lacks. Raises
    ModuleError: for a folder without a declared family, and for one that no C can be generated for.
    """
    if not folder.family:
        raise ModuleError(f"{folder.path} holds a raw protocol: all of it is yours, nothing is generated anew")
    file, _, wanted = folder.family.partition(":")
    if not (folder.path / file).exists():
        raise ModuleError(f"{folder.path / file} is not there: it declares the family of this module")
    names = _names(folder.name, load(folder.path / file, wanted))
    changed = [each for each, text in _generated(names, file) if folder.write(each, text)]
    own = folder.path / f"{folder.name}_handlers.c"
    code = own.read_text() if own.exists() else ""
    missing = [
        declaration
        for handler, declaration in operations.handlers(names).items()
        if not re.search(rf"\b{handler}\s*\(", code)
    ]
    return changed, missing


def _imported(name: str) -> dict[str, ModuleType]:
    """The modules of a package, or the one of that name, taken out of those that are imported."""
    return {each: sys.modules.pop(each) for each in [*sys.modules] if each.partition(".")[0] == name}


def load(file: Path, wanted: str) -> type[Family]:
    """The family that a Python file or package declares; of several, the one of the class `wanted`.

    Raises ModuleError.
    """
    module = ModuleType(file.stem)
    module.__file__ = str(file)
    if file.is_dir():
        module.__file__, module.__path__ = str(file / _FRONT), [str(file)]  # which makes it a package
        module.__package__ = file.stem
    before, writing = _imported(file.stem), sys.dont_write_bytecode
    sys.path.insert(0, str(file.parent.resolve()))  # as for `python FILE.py`, which may import its neighbours
    try:
        sys.modules[file.stem] = module
        # Not by a loader: that takes bytecode from before the last change, where it is of the same second and size.
        sys.dont_write_bytecode = True
        code = Path(module.__file__)
        exec(compile(code.read_bytes(), str(code), "exec"), vars(module))  # the developer's own program
    except Exception as error:
        raise ModuleError(f"{file}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(file.parent.resolve()))
        sys.dont_write_bytecode = writing
        _imported(file.stem)
        sys.modules.update(before)
    found = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Family) and value.__module__.partition(".")[0] == file.stem
    }
    if wanted and wanted not in found:
        raise ModuleError(f"{file} declares no family {wanted}; it has {', '.join(found) or 'none'}")
    if not wanted and len(found) != 1:
        raise ModuleError(
            f"{file} declares several families: write {file}:{next(iter(found))}, or another of {', '.join(found)}"
            if found
            else f"{file} declares no family: class Something(Family, name=…)"
        )
    return found[wanted] if wanted else next(iter(found.values()))


def _names(name: str, family: type[Family]) -> CNames:
    """The C names of a family. Raises ModuleError for one that no C can be generated for."""
    try:
        spec = family.spec()
    except TypeError as error:
        raise ModuleError(f"{family.__name__}: no C can be generated for {error}") from None
    for each in spec.sets:
        for attribute in each.attributes:
            if attribute.kind == "select":
                raise ModuleError(f"{each.name}.{attribute.name}: select depends on other fields: no C can check it")
            if attribute.paired:
                raise ModuleError(
                    f"{each.name}.{attribute.name}: no C can be generated for a field that two attributes stand for: "
                    "have a field for each, of the kinds ip4 and ip6"
                )
    for command in spec.commands:
        if command.do is not None and command.do.parts:
            raise ModuleError(f"{command.do.name}: no C can be generated for an answer in parts: declare a dump()")
    check(spec)
    elements.refuse(spec)
    return CNames(name, spec)


def _generated(names: CNames, file: str) -> Iterator[tuple[str, str]]:
    banner = f"Generated from {file} by `netlynx module regenerate`: changes made here are lost."
    spec = names.spec
    yield f"{names.module}.h", uapi.uapi(names, banner)
    indices = [f"\t{names.group(group)}_INDEX," for group in spec.groups]
    handlers = [f"{declaration};" for declaration in operations.handlers(names).values()]
    events = [f"{operations.notify_prototype(names, event)};" for event in spec.events]
    dumps = any(command.dump for command in spec.commands)
    text = {"name": names.module, "NAME": names.upper, "banner": banner}
    yield (
        f"{names.module}_netlink.h",
        render(
            "family/NAME_netlink.h.in",
            {
                **text,
                "indices": "\n".join(["/* The places of the groups. */", "enum {", *indices, "};", "", ""])
                if indices
                else "",
                "structs": values.structs(names),
                "handlers": "\n".join([*([_ROWS.format(NAME=names.upper)] if dumps else []), _HANDLERS, *handlers, ""]),
                "events": "\n".join([_EVENTS, *events, ""]) if events else "",
            },
        ),
    )
    yield (
        f"{names.module}_netlink.c",
        render(
            "family/NAME_netlink.c.in",
            {
                **text,
                "sizes": uapi.sizes(names),
                "policies": policies.policies(names),
                "values": elements.checks(names) + values.functions(names),
                "operations": operations.operations(names),
            },
        ),
    )


_HANDLERS = """\
/*
 * Your handlers, which return 0 or a negative errno. A `do` that answers gets the
 * message that it is to fill.
 */"""
_ROWS = """\
/*
 * What the handler of a `dump` returns, asked for one row after the other (`at`
 * counts them), or a negative errno: -EMSGSIZE, as from what puts, for a full message.
 */
enum {{
	{NAME}_ROW_END,	/* there are no more rows */
	{NAME}_ROW_PUT,	/* it was put */
	{NAME}_ROW_SKIP,	/* it is not among those that were asked for */
}};
"""
_EVENTS = """\
/*
 * Tell who listens. Returns 0, also when nobody does, or a negative errno.
 */"""


def _written_once(names: CNames, file: Path, family: type[Family]) -> Iterator[tuple[str, str]]:
    name = names.module
    text: dict[str, object] = {
        "name": name,
        "NAME": names.upper,
        "family": names.spec.name,
        "file": file.name,
        "declaration": file.stem,
        "family_class": family.__name__,
        "objects": f"{name}-y := {name}_netlink.o {name}_handlers.o\n",
    }
    yield "Makefile", render("Makefile.in", text)
    yield "dkms.conf", render("dkms.conf.in", text)
    yield f"{name}_handlers.c", render("family/NAME_handlers.c.in", {**text, **_skeleton(names)})
    dumps, event = _to_show(names)
    shown = [
        f'        for record in nl.dump({family.__name__}.{each}()):\n            print("from kernel:", record)'
        for each in dumps
    ]
    tests = [
        f"\n    def test_lists_{each}(self) -> None:\n"
        f"        self.assertIsInstance(self.nl.dump({family.__name__}.{each}()).all(), list)"
        for each in dumps
    ]
    if event:
        shown.append(
            f"        with nl.subscribe({family.__name__}.{event}) as events:\n"
            '            print("from kernel, unasked:", events.get(timeout=TIMEOUT))'
        )
        tests.append(
            f"\n    def test_tells_{event}_unasked(self) -> None:\n"
            f"        with self.nl.subscribe({family.__name__}.{event}) as events:\n"
            f'            self.assertEqual(events.get(timeout=TIMEOUT).kind, "{event}")'
        )
    yield f"{name}_client.py", render("family/NAME_client.py.in", {**text, "shown": "\n".join([*shown, ""])})
    yield f"test_{name}.py", render("family/test_NAME.py.in", {**text, "tests": "\n".join([*tests, ""])})


def _to_show(names: CNames) -> tuple[list[str], str]:
    """The dumps that take no values, and the notification that the timer sends."""
    spec = names.spec
    dumps = [command.dump.name for command in spec.commands if command.dump and not command.dump.required]
    return dumps, spec.events[0].name if spec.events else ""


def _skeleton(names: CNames) -> dict[str, object]:
    """Handlers that refuse or list nothing, and a timer that tells something, if there is something to tell."""
    stubs = []
    for command in names.spec.commands:
        if command.do is not None:
            refusal = f'GENL_SET_ERR_MSG(info, "{command.do.name} is not written yet");'
            stubs.append((names.handler("do", command.do), f"\t{refusal}\n\treturn -EOPNOTSUPP;"))
        if command.dump is not None:
            stubs.append((names.handler("dump", command.dump), f"\treturn {names.upper}_ROW_END;"))
    declarations = operations.handlers(names)
    handlers = "".join(f"\n{declarations[name]}\n{{\n{body}\n}}\n" for name, body in stubs)
    if not names.spec.events:
        return {"handlers": handlers, "timer": "", "timer_includes": "", "start": "", "stop": ""}
    event = names.spec.events[0]
    timer = {
        "name": names.module,
        "values": names.values(event.record),
        "notify": names.notify(event),
        "own_header": f"\t{names.header} own = {{}};\n" if names.header else "",
        "own": "&own, " if names.header else "",
    }
    delayed = f"schedule_delayed_work(&{names.module}_timer, msecs_to_jiffies(interval));"
    return {
        "handlers": handlers,
        "timer": render("family/timer.c.in", timer),
        "timer_includes": "#include <linux/jiffies.h>\n#include <linux/workqueue.h>\n",
        "start": f"\tif (interval)\n\t\t{delayed}\n",
        "stop": f"\tcancel_delayed_work_sync(&{names.module}_timer);\n",
    }
