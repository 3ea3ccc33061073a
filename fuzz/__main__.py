"""Fuzzes every target for a while, each in a process of its own, and says what came of it. `make fuzz` calls it."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "build" / "fuzz"

# Names of `targets`, which loads everything. The first are for the native codec, with sanitizers in it; the others are
# written in Python, whose coverage cannot be seen while the sanitizers' runtime is there.
NATIVE = ("records", "datagrams")
TARGETS = (*NATIVE, "uevents", "processes", "auditing", "recordings", "specs", "bridge")

_PROGRESS = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/", re.M)
_LONGEST = 4096  # bytes of an input
_SLOWEST = 10  # seconds that one input may take
_MEMORY = 4096  # MiB that a process may take, of which the sanitizer needs most


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description="Bytes that find their way through the codec.")
    parser.add_argument("--only", action="append", choices=TARGETS, metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=300, metavar="N", help="of fuzzing in all (default: 300)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="repeat a run (default: a new one each time)")
    return parser.parse_args()


def environment(target: str) -> dict[str, str]:
    """For a native target, that of a Python whose codec has sanitizers in it: their runtime has to be loaded first."""
    if target not in NATIVE:
        return {**os.environ, "PYTHONPATH": str(ROOT)}
    runtimes = [
        subprocess.run(["gcc", f"-print-file-name=lib{name}.so"], capture_output=True, text=True, check=True).stdout
        for name in ("asan", "ubsan")
    ]
    return {
        **os.environ,
        "LD_PRELOAD": " ".join(each.strip() for each in runtimes),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",  # so that every object has its own place, with its ends watched
        "PYTHONPATH": f"{BUILT / 'lib'}{os.pathsep}{ROOT}",
    }


def fuzz(target: str, seconds: int, seed: int) -> bool:
    """Fuzz one target; whether it stood it. What broke it is left in `fuzz/crashes`."""
    crashes = ROOT / "fuzz" / "crashes"
    crashes.mkdir(exist_ok=True)
    command = [
        *(sys.executable, "-m", "fuzz.one", target, str(BUILT / "corpus" / target)),
        *(f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/{target}-", f"-max_len={_LONGEST}"),
        *(f"-timeout={_SLOWEST}", f"-rss_limit_mb={_MEMORY}", f"-seed={seed}"),
    ]
    done = subprocess.run(command, env=environment(target), cwd=ROOT, capture_output=True, text=True, errors="replace")
    progress = _PROGRESS.findall(done.stderr)
    runs, edges, features, inputs = progress[-1] if progress else ("0",) * 4
    print(f"{target:12} {runs:>10} inputs, {edges:>6} edges, {features:>6} features, {inputs:>5} kept", flush=True)
    if done.returncode or not progress:
        print(done.stdout + done.stderr[-8000:])
        print(f"{target} did not stand it (status {done.returncode}); the input is in {crashes}")
        return False
    return True


def main() -> int:
    asked = arguments()
    chosen = asked.only or TARGETS
    write = "from pathlib import Path; from fuzz import seeds; seeds.write(Path('build/fuzz/corpus'))"
    subprocess.run([sys.executable, "-c", write], env=environment(""), cwd=ROOT, check=True)
    stood = [fuzz(target, max(1, asked.seconds // len(chosen)), asked.seed) for target in chosen]
    return 0 if all(stood) else 1


if __name__ == "__main__":
    raise SystemExit(main())
