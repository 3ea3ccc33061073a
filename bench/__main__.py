"""Runs the benchmark: everything, or the groups that are asked for. See docs/bench.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from netlynx.errors import NetlynxError

from . import (
    adds,
    bridge_vlans,
    commands,
    devices,
    events,
    flows,
    ip_sets,
    letters,
    links,
    memory,
    namespace,
    ovs_flows,
    owned,
    picture,
    priority,
    processes,
    report,
    routes,
    scrapes,
    set_elements,
    sockets,
    tc_filters,
    transactions,
    verdicts,
    ways,
)
from .measure import ROOT, Absent, Samples, Wrong
from .options import SHORT, Options
from .targets import Outcome, absent, eased, judge_all

RESULTS, PICTURE = ROOT / "bench" / "results.json", ROOT / "docs" / "bench.svg"
SO_FAR = ROOT / "build" / "bench.json"  # of any run, group by group
TEXT = ROOT / "docs" / "bench.md"
# A check fails when a row uses this much of its target, in the best of so many tries. The targets are for tables of
# ordinary size; at the small ones of a check, and where the kernel is quick, a dump's start weighs twice or thrice.
SLACK = 4
TRIES = 3

# Groups that share a namespace stand side by side, so that it is filled once; the largest come last, as the kernel
# takes its time to clear up behind them.
GROUPS: dict[str, Callable[[Options], Samples | list[Samples]]] = {
    "routes-100": routes.run_few,
    "routes-10000": routes.run_some,
    "routes": routes.run,
    "routes-one-core": routes.run_on_one_core,
    "json": commands.run_json,
    "mixed": routes.run_mixed,
    "links": links.run,
    "request": links.run_request,
    "ways": ways.run,
    "adds": adds.run,
    "events": events.run,
    "flows": flows.run,
    "ovs-flows": ovs_flows.run,
    "sockets": sockets.run,
    "sockets-json": owned.run_json,
    "sockets-owners": owned.run_owners,
    "nft-elements": set_elements.run_added,
    "nft-list": set_elements.run_listed,
    "nft-one": set_elements.run_one,
    "nft-memory": set_elements.run_memory,
    "ipset": ip_sets.run_added,
    "ipset-list": ip_sets.run_listed,
    "bridge-vlans": bridge_vlans.run,
    "tc-filters": tc_filters.run_added,
    "tc-filters-list": tc_filters.run_listed,
    "tc-filters-json": tc_filters.run_json,
    "tc-flower": tc_filters.run_flower_added,
    "tc-flower-list": tc_filters.run_flower_listed,
    "verdicts": verdicts.run,
    "nft-transactions": transactions.run,
    "letters": letters.run,
    "uevents": devices.run,
    "processes": processes.run,
    "scrapes": scrapes.run,
    "start": commands.run_start,
    "routes-large": routes.run_large,
    "memory": memory.run,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=GROUPS, metavar="GROUP", help=f"one of {', '.join(GROUPS)}")
    parser.add_argument("--routes", type=int, metavar="N", help="routes of a dump; no second, larger table then")
    parser.add_argument("--large", type=int, metavar="N", help="routes of the larger table; 0 for none")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each contestant has its turn")
    parser.add_argument("--short", action="store_true", help="small sizes; fails when a target is missed by far")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--picture", action="store_true", help="measure nothing: draw the picture of the last results")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    if wanted.picture:
        PICTURE.write_text(picture.draw(json.loads(RESULTS.read_text("utf-8"))), encoding="utf-8")
        return 0
    options = SHORT if wanted.short else Options()
    if wanted.routes is not None:
        options = replace(options, routes=wanted.routes, large=0)
    if wanted.large is not None:
        options = replace(options, large=wanted.large)
    if wanted.rounds is not None:
        options = replace(options, rounds=wanted.rounds, few_rounds=min(wanted.rounds, options.few_rounds))
    names = [name for name in GROUPS if not wanted.only or name in wanted.only]
    if not options.large and "routes-large" in names:
        names.remove("routes-large")
    if wanted.short and not wanted.only:
        names.remove("routes-100")  # a dump of some 20 us: what else the machine does in a check weighs more

    groups: dict[str, Samples] = {}
    for name in names:
        for samples in measured(name, options):
            groups[samples.key] = samples
            report.print_group(samples)
            sys.stdout.flush()
        for path in (SO_FAR, wanted.json):
            if path:
                report.write(path, report.results(groups, judged(groups, options)))
    outcomes = judged(groups, options)
    if wanted.short:
        outcomes = best_of_several(outcomes, options)
    if outcomes:
        report.print_outcomes(outcomes)

    content = report.results(groups, outcomes)
    if wanted.json:
        report.write(wanted.json, content)
    if options == Options() and not wanted.only:
        report.write(RESULTS, content)
        report.write_ways(TEXT, groups)
        PICTURE.write_text(picture.draw(content), encoding="utf-8")
    lacking = [f"{name}: {samples.missing[name]}" for samples in groups.values() for name in samples.lacking]
    for line in lacking:
        print(f"bench: not there: {line}", file=sys.stderr)
    broken = [samples for samples in groups.values() if samples.failed]
    for samples in broken:
        print(f"bench: could not be measured: {samples.key}: {samples.failed}", file=sys.stderr)
    failed = [outcome.target.label for outcome in outcomes if wanted.short and too_slow(outcome)]
    for label in failed:
        print(f"bench: more than {SLACK} times its target in {TRIES} tries: {label}", file=sys.stderr)
    return 1 if lacking or broken or failed else 0


def measured(name: str, options: Options) -> list[Samples]:
    try:
        found = GROUPS[name](options)
    except Absent as error:
        return [absent(name, str(error))]
    except (Wrong, namespace.Unfilled, subprocess.SubprocessError, OSError, NetlynxError) as error:
        said = str(error) or repr(error)
        lines = said.splitlines()
        samples = absent(name, lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}")
        samples.failed = said  # and the other groups go on
        return [samples]
    return found if isinstance(found, list) else [found]


def judged(groups: dict[str, Samples], options: Options) -> list[Outcome]:
    """What came of the targets; with bounds that fit, where the run is not the whole one."""
    outcomes = judge_all(groups)
    if options == Options():
        return outcomes
    return [eased(each, groups[each.target.group], options.large or options.routes) for each in outcomes]


def too_slow(outcome: Outcome) -> bool:
    return not outcome.missing and outcome.used > SLACK


def best_of_several(outcomes: list[Outcome], options: Options) -> list[Outcome]:
    """The groups with a row that is too slow measured again, until all are within reach or the tries are up."""
    for _ in range(TRIES - 1):
        again: dict[str, Samples] = {}
        for name in dict.fromkeys(outcome.target.group for outcome in outcomes if too_slow(outcome)):
            again |= {samples.key: samples for samples in measured(name, options)}
        found = {outcome.target.label: outcome for outcome in judged(again, options)}
        pairs = [(outcome, found.get(outcome.target.label, outcome)) for outcome in outcomes]
        outcomes = [min(pair, key=lambda each: each.used) for pair in pairs]
    return outcomes


if __name__ == "__main__":
    priority.before_all_others()
    namespace.enter()
    sys.exit(main())
