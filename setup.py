"""Builds the native modules, the codec and the system calls; everything else is in pyproject.toml."""

from Cython.Build import cythonize
from setuptools import Extension, setup

# What newer compilers refuse (gcc from version 14 on), older ones refuse too: what builds here builds elsewhere.
REFUSED = ("implicit-function-declaration", "implicit-int", "incompatible-pointer-types", "int-conversion")
FLAGS = ["-O2", *(f"-Werror={name}" for name in REFUSED)]

NATIVE = [
    Extension(f"netlynx.{name}", sources=[f"src/netlynx/{name.replace('.', '/')}.pyx"], extra_compile_args=FLAGS)
    for name in ("codec._codec", "transport._calls")
]

# The codec checks every length itself, before it is used; Cython's own checks would only repeat that.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "cdivision": True,
}

setup(
    # Generated C stays out of the source tree, and so out of every archive.
    ext_modules=cythonize(NATIVE, build_dir="build/cython", compiler_directives=DIRECTIVES, quiet=True),
)
