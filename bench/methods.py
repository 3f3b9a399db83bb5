#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every method of `election verify` on the corpus, and shows when each wins and how near `auto` comes to the best.

Usage: methods.py run --program build/release/bin/election [options] METHODS.json   (adds to METHODS.json what is missing there)
       methods.py table METHODS.json                                                > a Markdown table
       methods.py summary METHODS.json                                              > a few lines of Markdown
       methods.py draw METHODS.json                                                 > PICTURE.svg (calls gnuplot)
       methods.py check METHODS.json PICTURE.svg                                    (do all agree, and was the picture drawn from these?)

run --codes WORD,...    only codes with one of these words in their name
    --methods NAME,...  only these, and auto (exhaustive, symmetric, tree, frontier, circulant); default: all
    --limit SECONDS     stop a run after so long at most (default 40)
    --factor F          stop the others after F times auto's time, but not before 0.1 s (default 3)
    --memory GB         refuse a run more than so much (default 4)
    --again             run also what is in METHODS.json already
    --busy              for a machine that is not idle: what counts are seconds of processor time, at the limit times the threads
    --nice N            be so nice (default 0)

Each runs alone, on two threads. A time is that of the whole process, the median of five if the first is below 0.3 s, of three if it is
below 2 s. With --busy it is the processor time divided by the threads, as if all of them had something to do all the time.

A code counts for the method that ended the fastest run: for `presolve` if nothing was left to search, for `tabu` if that search found a choice
with which nothing is left to search, and for `moments`, `conflicts`
or `groups` if `auto`, which alone tries these bounds, was faster with them than any other method.
"""

import json
import resource
import statistics
import sys
from pathlib import Path

import race
from race import BadInput, plots

SINGLE = ("exhaustive", "symmetric", "tree", "frontier", "circulant")
THREADS = 2
SHORTEST_LIMIT = 0.1  # seconds
BAD_USE, UNKNOWN = 2, 3  # statuses
# What settles a code: gnuplot's point, and its colour.
STYLES = {"presolve": (7, "#666666"), "tabu": (12, "#666666"), "moments": (13, "#8c510a"), "conflicts": (15, "#35978f"), "groups": (14, "#01665e"), "exhaustive": (5, "#2166ac"),
          "symmetric": (9, "#762a83"), "circulant": (11, "#b2182b"), "frontier": (4, "#d9730d"), "tree": (6, "#1b7837"), "others": (3, "#888888")}
TITLE = "When each method wins: the codes of the corpus"
TOLERATED = 1.1, 0.002  # of auto against the best: times, or seconds more


# --- running -------------------------------------------------------------------------------------------------------------


def repeats(seconds):
    return 5 if seconds < 0.3 else 3 if seconds < 2 else 1


def run_method(command, limit, busy, nice):
    """What is kept of a method on a code. All runs but the first are given twice the time: they have been seen to end."""
    times = []
    while not times or len(times) < repeats(times[0]):
        ran = race.timed(command, 2 * limit if times else limit, THREADS if busy else 0, nice)
        seconds = ran.processor / THREADS if busy else ran.wall
        margin, best = race.Election("").outcome(ran.text, None)
        if margin is None and not times:
            result = {"seconds": None, "best": best, "limit": limit}
            if ran.status == BAD_USE and not ran.stopped:
                result["memory" if ran.errors.startswith("election: memory:") else "refused"] = True
            elif ran.status == UNKNOWN and not ran.stopped:
                result["memory"] = True  # given up: the table is too large
            elif not ran.stopped:
                raise BadInput(f"{' '.join(command[1:])}: has ended with status {ran.status}: {ran.errors.strip()}")
            break
        times.append(seconds)
        if margin is not None:
            result = {"margin": margin, "by": json.loads(ran.text)["method"], "limit": limit}
    if times:
        result = {"seconds": statistics.median(times), **result}
    result["processor"] = ran.processor
    if busy:
        result["busy"] = True
    return result


def run(arguments):
    program = race.found_program(arguments.program)
    single = arguments.methods.split(",") if arguments.methods else SINGLE
    for name in single:
        if name not in SINGLE:
            raise BadInput(f"--methods: {name} must be one of {', '.join(SINGLE)}")
    path = Path(arguments.figures)
    figures = read_methods(path) if path.is_file() else {"solvers": {}, "codes": {}}
    for name in ("auto", *single):
        figures["solvers"][name] = {"version": race.Election(program).version(), "threads": THREADS}
    most = round(arguments.memory * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))  # the processes inherit it
    for code, file, entry in race.corpus_codes(program, arguments.codes, figures):
        for name in ("auto", *single):
            if name in entry["runs"] and not arguments.again:
                continue
            auto = entry["runs"].get("auto", {"seconds": None})["seconds"]
            limit = arguments.limit if auto is None else min(arguments.limit, max(SHORTEST_LIMIT, arguments.factor * auto))
            command = [program, "verify", str(file), "--method", name, "--json", "--threads", str(THREADS)]
            entry["runs"][name] = run_method(command, float(f"{limit:.3g}"), arguments.busy, arguments.nice)
            result = entry["runs"][name]
            print(f"{code:26} {name:11} {shown_run(result):>9} {result.get('by', '')}", file=sys.stderr, flush=True)
        race.write_race(path, figures)
    race.require_agreement(figures)


# --- what came out -------------------------------------------------------------------------------------------------------


def read_methods(path):
    figures = race.read_race(path)
    if "auto" not in figures["solvers"]:
        raise BadInput(f"{path}: is not what `run` writes")
    return figures


def shown_run(result):
    if result is None:
        return ""
    return "–" if result.get("refused") else "memory" if result.get("memory") else race.shown_run(result)


def best_single(entry):
    """(seconds, name) of the fastest method that was done, but for auto; None if none was."""
    done = [(result["seconds"], name) for name, result in entry["runs"].items() if name != "auto" and result["seconds"] is not None]
    return min(done, default=None)


def winner(entry):
    """(seconds, what settled the code) of the fastest run of all; None if nobody was done."""
    done = [(result["seconds"], result["by"]) for result in entry["runs"].values() if result["seconds"] is not None]
    best = min(done, default=None)
    return best if best is None or best[1] in STYLES else (best[0], "others")


def is_slow(entry):
    """Whether auto was slower than the best by more than is tolerated; None if the two cannot be compared."""
    auto, best = entry["runs"].get("auto"), best_single(entry)
    if auto is None or best is None:
        return None
    if auto["seconds"] is None:
        return True
    return auto["seconds"] > TOLERATED[0] * best[0] and auto["seconds"] > best[0] + TOLERATED[1]


def table(figures):
    names = [name for name in figures["solvers"] if name != "auto"]
    cells = [["code", "workers", "partitions", "margin", "settled by", "auto"] + names]
    for code, entry in figures["codes"].items():
        margin = next((result["margin"] for result in entry["runs"].values() if result["seconds"] is not None), "")
        won = winner(entry)
        cells.append([code, str(entry["workers"]), str(entry["partitions"]), str(margin), won[1] if won else ""]
                     + [shown_run(entry["runs"].get(name)) for name in ("auto", *names)])
    return plots.table(cells, right=True)


def summary(figures):
    codes = figures["codes"]
    lines = ["| settled by | codes | partitions | seconds |", "|---|---:|---:|---:|"]
    for name in STYLES:
        won = [(entry["partitions"], winner(entry)[0]) for entry in codes.values() if winner(entry) and winner(entry)[1] == name]
        if won:
            spans = [sorted(values) for values in zip(*won)]
            shown = [f"{spans[0][0]} … {spans[0][-1]}", f"{spans[1][0]:.2g} … {spans[1][-1]:.2g}"]
            lines.append(f"| {name} | {len(won)} | {shown[0]} | {shown[1]} |")
    nobody = [code for code, entry in codes.items() if winner(entry) is None]
    if nobody:
        lines.append(f"| nobody: {', '.join(nobody)} | {len(nobody)} | | |")
    compared = {code: entry for code, entry in codes.items() if is_slow(entry) is not None}
    both = [(entry["runs"]["auto"]["seconds"] / best_single(entry)[0], code) for code, entry in compared.items()
            if entry["runs"]["auto"]["seconds"] is not None]
    alone = [code for code, entry in codes.items() if winner(entry) and best_single(entry) is None]
    slow = [code for code, entry in compared.items() if is_slow(entry)]
    lines.append("")
    if both:
        (most, where), middle = max(both), statistics.median(ratio for ratio, _ in both)
        lines.append(f"Both `auto` and a single method were done with {len(both)} of {len(codes)} codes. `auto` took {middle:.3g} times as long as "
                     f"the best of them in the median, at most {most:.3g} times ({where}).")
    if alone:
        lines.append(f"With {', '.join(alone)} `auto` alone was done within the others' limits.")
    if slow:
        lines += [f"It was slower than the best by more than 10 % and 2 ms with {len(slow)}:", ""]
        for code in slow:
            seconds, name = best_single(codes[code])
            lines.append(f"* {code}: {shown_run(codes[code]['runs']['auto'])} s, {name} {race.shown_seconds(seconds)} s")
    elif compared:
        lines.append("It was never slower than the best by more than 10 % and 2 ms.")
    return "\n".join(lines)


def gnuplot_program(figures):
    lines = [*plots.settings(TITLE, "partitions", "seconds, whole process", "above"), "set logscale xy", 'set format y "%g"',
             "set xtics (5, 10, 20, 40, 60, 100, 200, 500, 1000)"]
    sizes = [entry["partitions"] for entry in figures["codes"].values()] or [1]
    lines.append(f"set xrange [{0.8 * min(sizes):g}:{1.25 * max(sizes):g}]")
    marks = {name: [] for name in STYLES}
    autos, nobody = [], []
    for entry in figures["codes"].values():
        won, auto = winner(entry), entry["runs"].get("auto")
        if won:
            marks[won[1]].append((entry["partitions"], won[0]))
            if auto and auto["seconds"] is not None:
                autos.append((entry["partitions"], auto["seconds"]))
        else:
            nobody.append((entry["partitions"], max(result["limit"] for result in entry["runs"].values())))
    shown = []

    def points(name, places, style):
        if places:
            block = f"$points{len(shown)}"
            lines.extend([f"{block} << EOD", *(f"{k} {max(seconds, 1e-4):.4g}" for k, seconds in places), "EOD"])
            shown.append(f"{block} using 1:2 with points {style} title {plots.quoted(name)}")

    for name, (point, colour) in STYLES.items():
        points(name, marks[name], f'pt {point} ps 0.9 lw 1.4 lc "{colour}"')
    points("auto", autos, 'pt 1 ps 0.7 lw 1.2 lc "#000000"')
    points("nobody, stopped", nobody, 'pt 2 ps 0.9 lw 1.4 lc "#888888"')
    if not shown:
        raise BadInput("there is nothing to draw")
    lines.append("plot " + ", \\\n  ".join(shown))
    return "\n".join(lines) + "\n"


def declare_run(parser):
    parser.add_argument("--program", required=True)
    parser.add_argument("--codes", default="")
    parser.add_argument("--methods")
    parser.add_argument("--limit", type=float, default=40)
    parser.add_argument("--factor", type=float, default=3)
    parser.add_argument("--memory", type=float, default=4)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("figures")


def main():
    plots.main(__doc__, lambda arguments: read_methods(arguments.figures), lambda figures, _: plots.drawn(gnuplot_program(figures), TITLE, figures),
               {"table": table, "summary": summary}, {"run": (declare_run, run)}, agree=race.agree)


if __name__ == "__main__":
    main()
