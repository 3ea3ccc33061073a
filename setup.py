"""Builds the native codec; everything else about the package is in pyproject.toml."""

from Cython.Build import cythonize
from setuptools import Extension, setup

CODEC = Extension(
    "netlynx.wire._codec",
    sources=["src/netlynx/wire/_codec.pyx"],
    extra_compile_args=["-O2"],
)

# The codec checks every length itself, before it is used; Cython's own checks would only repeat that.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "cdivision": True,
}

setup(
    # Generated C stays out of the source tree, and so out of every archive.
    ext_modules=cythonize([CODEC], build_dir="build/cython", compiler_directives=DIRECTIVES, quiet=True),
)
