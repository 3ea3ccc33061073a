"""Fuzzes one target for a while: ``python -m fuzz.one TARGET [libFuzzer's options]``. `fuzz.__main__` calls it."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import atheris

PURE = ("netlynx.uevent", "netlynx.ynl", "netlynx.transport", "netlynx.kernel", "netlynx.schema")

_COMPARISONS = [f"__sanitizer_cov_trace_{kind}{width}" for kind in ("cmp", "const_cmp") for width in (1, 2, 4, 8)]


def attach(module: str) -> None:
    """Have libFuzzer see the coverage of a native module, if that was built with `coverage.c`."""
    native = ctypes.CDLL(module)
    if not hasattr(native, "nlx_attach_coverage"):
        return
    (library,) = Path(atheris.__path__[0]).glob("core_with_libfuzzer.*.so")
    libfuzzer = ctypes.CDLL(str(library))

    def function(name: str) -> ctypes.c_void_p:
        return ctypes.cast(getattr(libfuzzer, name), ctypes.c_void_p)

    comparisons = (ctypes.c_void_p * len(_COMPARISONS))(*(function(name).value for name in _COMPARISONS))
    native.nlx_attach_coverage(
        function("__sanitizer_cov_8bit_counters_init"),
        function("__sanitizer_cov_pcs_init"),
        comparisons,
        function("__sanitizer_cov_trace_switch"),
    )


def main() -> None:
    target, *options = sys.argv[1:]
    with atheris.instrument_imports(include=list(PURE)):
        from netlynx.codec import _codec

        from . import targets

        targets.prepare(target)
    attach(_codec.__file__)
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
