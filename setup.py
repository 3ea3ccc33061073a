"""Builds the native modules, the codec and the system calls; everything else is in pyproject.toml.

Manual pages and what shells complete with go along where `make man` has made them.
"""

import os
from glob import glob

from Cython.Build import cythonize
from setuptools import Extension, setup

# What newer compilers refuse (gcc from version 14 on), older ones refuse too: what builds here builds elsewhere.
REFUSED = ("implicit-function-declaration", "implicit-int", "incompatible-pointer-types", "int-conversion")
FLAGS = [f"-Werror={name}" for name in REFUSED]

# As fast as it is measured, and without what debuggers read, which takes more than half as long again to write down and
# three quarters of an archive; unless CFLAGS asks for something else (what is said here comes after it).
ASKED = os.environ.get("CFLAGS", "").split()
FLAGS += [flag for flag in ("-O2", "-g0") if not any(each.startswith(flag[:2]) for each in ASKED)]

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

# Where a prefix has them, man(1) and shells find them. An archive of sources has them, too, once they are made.
BESIDE = {
    "share/man/man1": "build/man/*.1",
    "share/bash-completion/completions": "build/man/completions/netlynx",
    "share/zsh/site-functions": "build/man/completions/_netlynx",
    "share/fish/vendor_completions.d": "build/man/completions/netlynx.fish",
}

setup(
    # Generated C stays out of the source tree, and so out of every archive.
    options={"build": {"build_base": "build/base"}},  # archives of sources leave out all of that folder, and no more
    data_files=[(place, sorted(glob(made))) for place, made in BESIDE.items() if glob(made)],
    ext_modules=cythonize(NATIVE, build_dir="build/cython", compiler_directives=DIRECTIVES, quiet=True),
)
