#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Races `election verify` against general solvers on the corpus, checks that all agree, and shows who needed how long.

Usage: race.py run --program build/release/bin/election [options] RACE.json   (adds to RACE.json what is missing there)
       race.py table RACE.json                                                > a Markdown table
       race.py summary RACE.json                                              > a few lines of Markdown
       race.py draw RACE.json                                                 > PICTURE.svg (a cactus plot; calls gnuplot)
       race.py check RACE.json PICTURE.svg                                    (do all agree, and was the picture drawn from these?)

run --solvers NAME,...  only these (election, cbc, highs, clasp, minisat+, cadical); default: all that are installed
    --codes WORD,...    only codes with one of these words in their name
    --limit SECONDS     stop a solver after so long (default 40); what was stopped earlier than this runs again
    --beaten FACTOR     stop a peer after FACTOR times as long as the best one took on that code (after a second at least): who is the best
                        one is known then, too
    --again             run also what is in RACE.json already
    --busy              for a machine that is not idle: what counts are seconds of processor time, at the limit times the threads;
                        what finished so is run again when the machine is idle (without --busy), what was stopped is not
    --nice N            be so nice (default 0)

Each runs alone, on two threads where it can (cbc, clasp, election). A time is that of the whole process, the median of five if the first
is below a second. Files for the peers are written by `election export` beforehand; that time is not counted.

Name a program that was installed (cmake --install): a start takes a tenth of a millisecond longer from a file as a linker has written it
than from one that was copied.

cadical is a SAT solver, asked for ever smaller losses (race_cadical.py).

Debian: coinor-cbc clasp minisat+ cadical nodejs gnuplot-nox; npm install highs, with NODE_PATH naming its node_modules.
"""

import json
import math
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "docs"))
import plots  # noqa: E402
from plots import BadInput, shortened  # noqa: E402

COLOURS = {"election": "#1b7837", "cbc": "#2166ac", "highs": "#762a83", "clasp": "#d9730d", "minisat+": "#666666", "cadical": "#b2182b"}
TITLE = "Worst elections of the corpus: how many are proved in how long"


# --- the solvers ---------------------------------------------------------------------------------------------------------


class Solver:
    """How one is called, and what it says. Objectives are losses without the file's constant."""

    name = ""
    threads = 1
    format = "lp"  # of the file that it reads; None: the code itself

    def command(self, file, limit):
        raise NotImplementedError

    def installed(self):
        return shutil.which(self.command("", 1)[0]) is not None

    def version(self):
        raise NotImplementedError

    def outcome(self, text, constant):
        """(the margin if proved, else None; the best margin seen or None)"""
        raise NotImplementedError


class Election(Solver):
    name, threads, format = "election", 2, None

    def __init__(self, program):
        self.program = program

    def command(self, file, limit):
        return [self.program, "verify", file, "--json", "--threads", "2"]

    def version(self):
        return said_by([self.program, "--version"]).split("\n")[0].split()[-1]

    def outcome(self, text, constant):
        try:
            found = json.loads(text)
        except ValueError:
            return None, None
        return (found["margin"] if found["exact"] else None), found["margin"]


class Cbc(Solver):
    name, threads, format = "cbc", 2, "lp"

    def command(self, file, limit):
        return ["cbc", file, "-threads", "2", "-timem", "elapsed", "-sec", str(limit), "solve", "-quit"]

    def version(self):
        return re.search(r"Version: (\S+)", said_by(["cbc", "-quit"])).group(1)

    def outcome(self, text, constant):
        value = re.search(r"^Objective value: +(\S+)", text, re.MULTILINE)
        if value is None:
            return None, None
        margin = round(float(value.group(1))) + constant
        return (margin if "Result - Optimal solution found\n" in text else None), margin


class Highs(Solver):
    name, threads, format = "highs", 1, "lp"

    def command(self, file, limit):
        return ["node", str(HERE / "race_highs.cjs"), file, str(limit)]

    def installed(self):
        return shutil.which("node") is not None and subprocess.run(
            ["node", "-e", 'require.resolve("highs")'], stderr=subprocess.DEVNULL, check=False).returncode == 0

    def version(self):
        where = said_by(["node", "-p", 'require.resolve("highs")']).strip()
        for folder in Path(where).parents:
            if (folder / "package.json").is_file():
                return "npm " + json.loads((folder / "package.json").read_text("utf-8"))["version"]
        return "npm"

    def outcome(self, text, constant):
        value = re.search(r"^objective (\S+)", text, re.MULTILINE)
        if value is None or not math.isfinite(float(value.group(1))):
            return None, None
        margin = round(float(value.group(1))) + constant
        proved = "status Optimal\n" in text
        return (margin if proved else None), (margin if proved else None)  # of a stopped run this need not be a solution


class PseudoBoolean(Solver):
    format = "opb"
    solution = re.compile(r"^o (-?\d+)", re.MULTILINE)

    def outcome(self, text, constant):
        values = self.solution.findall(text)
        if not values:
            return None, None
        margin = int(values[-1]) + constant
        return (margin if "s OPTIMUM FOUND" in text else None), margin


class Clasp(PseudoBoolean):
    name, threads = "clasp", 2

    def command(self, file, limit):
        return ["clasp", file, "-t", "2", "--quiet=2,1"]

    def version(self):
        return said_by(["clasp", "--version"]).split("\n")[0].split()[-1]


class MinisatPlus(PseudoBoolean):
    name = "minisat+"
    solution = re.compile(r"^c (?:Found|Optimal) solution: (-?\d+)", re.MULTILINE)

    def command(self, file, limit):
        return ["minisat+", file, "-a"]

    def version(self):
        shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "minisat+"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               encoding="utf-8", check=False).stdout if shutil.which("dpkg-query") else ""
        return "Debian " + shown if shown else "unknown"


class Cadical(PseudoBoolean):
    name = "cadical"

    def command(self, file, limit):
        return ["python3", str(HERE / "race_cadical.py"), file]

    def installed(self):
        return shutil.which("cadical") is not None

    def version(self):
        return said_by(["cadical", "--version"]).strip()


def said_by(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    return done.stdout


# --- running -------------------------------------------------------------------------------------------------------------


def processor_seconds(pid):
    """Of a running process with all its threads, of what it has run, and of what it runs."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rsplit(")", 1)[1].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(processor_seconds, children))


class Ran(NamedTuple):
    wall: float  # seconds
    processor: float  # seconds
    stopped: bool
    text: str
    errors: str
    status: int


def timed(command, limit, busy_threads, nice):
    """Runs a command to its end, or stops it.

    busy_threads: 0, or the number of threads, and then the limit is on processor time.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True,
                                   preexec_fn=(lambda: os.nice(nice)) if nice else None)
        stopped = []
        # An alarm rather than a thread, so that nothing else of this process wants a turn while the other one is timed.
        step = 0.05 if busy_threads else limit

        def look(*_):
            if stopped:
                os.killpg(process.pid, signal.SIGKILL)
            elif busy_threads and processor_seconds(process.pid) < limit * busy_threads:
                signal.setitimer(signal.ITIMER_REAL, step)
            else:
                stopped.append(True)
                os.killpg(process.pid, signal.SIGTERM)
                signal.setitimer(signal.ITIMER_REAL, 2)

        before = signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, step)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        process.returncode = os.waitstatus_to_exitcode(status)
        said = []
        for stream in (output, errors):
            stream.seek(0)
            said.append(stream.read().decode("utf-8", "replace"))
        return Ran(wall, usage.ru_utime + usage.ru_stime, bool(stopped), *said, process.returncode)


def run_one(solver, file, constant, limit, busy, nice):
    runs = []
    while True:
        ran = timed(solver.command(file, 100 * limit if busy else limit), limit, solver.threads if busy else 0, nice)
        seconds = ran.processor / solver.threads if busy else ran.wall
        margin, best = solver.outcome(ran.text, constant)
        if ran.stopped or seconds >= limit or margin is None:
            result = {"seconds": None, "best": best, "limit": limit}
            if not ran.stopped and seconds < 0.9 * limit:
                result["failed"] = True  # neither an answer nor the limit
            break
        runs.append(seconds)
        if runs[0] >= 1 or len(runs) == 5:
            result = {"seconds": statistics.median(runs), "margin": margin, "limit": limit}
            break
    result["processor"] = ran.processor
    if busy:
        result["busy"] = True
    return result


def limit_of(name, entry, arguments):
    """Seconds for a solver on a code."""
    others = [result["seconds"] for other, result in entry["runs"].items() if other not in (name, "election") and result["seconds"] is not None]
    if arguments.beaten is None or name == "election" or not others:
        return arguments.limit
    return min(arguments.limit, max(1.0, arguments.beaten * min(others)))


def stands(known, limit, arguments):
    """Whether a run need not be made again. On an idle machine, what finished on a busy one is run for its real time; who was stopped after
    so much processor time on a busy machine has had no less than on an idle one."""
    if known["seconds"] is None:
        return known["limit"] >= limit
    return arguments.busy or not known.get("busy")


def code_names(corpus):
    lines = (corpus / "codes.list").read_text("utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def found_program(name):
    program = shutil.which(name)
    if program is None:
        raise BadInput(f"--program: there is no program {name}")
    return str(Path(program).resolve())


def corpus_codes(program, words, race):
    """Makes the corpus, and gives (name, file, entry of the race) of every code with one of the words in its name, in order."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        done = subprocess.run(["sh", str(HERE / "corpus" / "make.sh"), program, folder], check=False)
        if done.returncode != 0:
            raise BadInput("bench/corpus/make.sh has failed")
        for code in code_names(HERE / "corpus"):
            if not any(word in code for word in words.split(",")):
                continue
            file = corpus / f"{code}.txt"
            rows = [line for line in file.read_text("ascii").split("\n") if line and not line.startswith("#")]
            yield code, file, race["codes"].setdefault(code, {"workers": len(rows), "partitions": len(rows[0]), "runs": {}})
            for file_of in corpus.glob(f"{code}.*"):
                file_of.unlink()


def run(arguments):
    program = found_program(arguments.program)
    everyone = {solver.name: solver for solver in (Election(program), Cbc(), Highs(), Clasp(), MinisatPlus(), Cadical())}
    names = arguments.solvers.split(",") if arguments.solvers else [name for name, solver in everyone.items() if solver.installed()]
    for name in names:
        if name not in everyone:
            raise BadInput(f"--solvers: {name} must be one of {', '.join(everyone)}")
        if not everyone[name].installed():
            raise BadInput(f"--solvers: {name} is not installed")
    path = Path(arguments.race)
    race = read_race(path) if path.is_file() else {"solvers": {}, "codes": {}}
    for name in names:
        race["solvers"][name] = {"version": everyone[name].version(), "threads": everyone[name].threads}
    for code, file, entry in corpus_codes(program, arguments.codes, race):
        constant = None
        for name in names:
            known = entry["runs"].get(name)
            limit = limit_of(name, entry, arguments)
            if known and not arguments.again and stands(known, limit, arguments):
                continue
            solver = everyone[name]
            given = file
            if solver.format:
                given = file.with_suffix(f".{solver.format}")
                if not given.is_file():
                    with open(given, "wb") as stream:
                        subprocess.run([program, "export", str(file), "--format", solver.format], stdout=stream, check=True)
                with open(given, encoding="ascii") as stream:
                    constant = int(next(found.group(1).replace(" ", "") for found in (re.search(r"margin = minimum ([-+] \d+)", line) for line in stream) if found))
            entry["runs"][name] = run_one(solver, str(given), constant, limit, arguments.busy, arguments.nice)
            print(f"{code:26} {name:9} {shown_run(entry['runs'][name]):>9} {entry['runs'][name].get('margin', '')}", file=sys.stderr, flush=True)
            write_race(path, race)
    require_agreement(race)


# --- what came out -------------------------------------------------------------------------------------------------------


def read_race(path):
    race = plots.read_json(path)
    if not isinstance(race, dict) or not {"solvers", "codes"} <= race.keys():
        raise BadInput(f"{path}: holds no race")
    return race


def write_race(path, race):
    """A line a run, so that a new one is a small change."""
    known = code_names(HERE / "corpus")
    codes = []
    for code in sorted(race["codes"], key=lambda name: known.index(name) if name in known else len(known)):
        entry = race["codes"][code]
        runs = ",\n   ".join(f"{json.dumps(name)}: {json.dumps(shortened(result, 4))}" for name, result in entry["runs"].items())
        head = json.dumps({key: value for key, value in entry.items() if key != "runs"})[:-1]
        codes.append(f'  {json.dumps(code)}: {head}, "runs": {{\n   {runs}}}}}')
    solvers = ",\n  ".join(f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in race["solvers"].items())
    text = f'{{"solvers": {{\n  {solvers}}},\n "codes": {{\n' + ",\n".join(codes) + "}}\n"
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def require_agreement(race):
    for code, entry in race["codes"].items():
        proved = {name: result["margin"] for name, result in entry["runs"].items() if result["seconds"] is not None}
        if len(set(proved.values())) > 1:
            raise BadInput(f"{code}: they disagree: {', '.join(f'{name} {margin}' for name, margin in proved.items())}")
        for name, result in entry["runs"].items():
            if proved and result.get("best") is not None and result["best"] < next(iter(proved.values())):
                raise BadInput(f"{code}: {name} has seen {result['best']}, below the proved {next(iter(proved.values()))}")


def shown_seconds(seconds):
    return f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.3f}" if seconds < 1 else f"{seconds:.1f}"


def shown_run(result):
    if result is None:
        return ""
    if result["seconds"] is not None:
        return shown_seconds(result["seconds"])
    return "failed" if result.get("failed") else f"> {result['limit']:g}"


def lead_of(entry):
    """How many times longer the best peer took than election, and whether it was stopped; None if election did not finish."""
    own = entry["runs"].get("election")
    peers = [result for name, result in entry["runs"].items() if name != "election"]
    if not own or own["seconds"] is None or not peers:
        return None
    best = min(peers, key=lambda result: (result["seconds"] is None, result["seconds"] or result["limit"]))
    return (best["seconds"] or best["limit"]) / own["seconds"], best["seconds"] is None


def table(race):
    names = list(race["solvers"])
    cells = [["code", "workers", "partitions", "margin"] + names + ["lead"]]
    for code, entry in race["codes"].items():
        margin = next((result["margin"] for result in entry["runs"].values() if result["seconds"] is not None), "")
        lead = lead_of(entry)
        cells.append([code, str(entry["workers"]), str(entry["partitions"]), str(margin)]
                     + [shown_run(entry["runs"].get(name)) for name in names]
                     + ["" if lead is None else f"{'> ' if lead[1] else ''}{lead[0]:.3g}"])
    return plots.table(cells, right=True)


def summary(race):
    lines = ["| solver | version | threads | proved | of |", "|---|---|---:|---:|---:|"]
    for name, facts in race["solvers"].items():
        results = [entry["runs"][name] for entry in race["codes"].values() if name in entry["runs"]]
        proved = sum(result["seconds"] is not None for result in results)
        lines.append(f"| {name} | {facts['version']} | {facts['threads']} | {proved} | {len(results)} |")
    leads = [lead for lead in map(lead_of, race["codes"].values()) if lead]
    if leads:
        mean = math.exp(statistics.fmean(math.log(lead[0]) for lead in leads))
        lines += ["", f"The best peer takes {mean:.3g} times as long as election (geometric mean over {len(leads)} codes, a peer that was "
                  f"stopped counted as if it had finished then), at least {min(lead[0] for lead in leads):.3g} times."]
    return "\n".join(lines)


def gnuplot_program(race):
    lines = [*plots.settings(TITLE, "codes proved", "seconds for each, whole process", "above"), "set logscale y", 'set format y "%g"',
             f"set xrange [0:{len(race['codes'])}]"]
    shown = []
    for index, name in enumerate(race["solvers"]):
        times = sorted(entry["runs"][name]["seconds"] for entry in race["codes"].values()
                       if name in entry["runs"] and entry["runs"][name]["seconds"] is not None)
        if times:
            lines += [f"$line{index} << EOD", *(f"{place} {max(seconds, 1e-4):.4g}" for place, seconds in enumerate(times, 1)), "EOD"]
            shown.append(f'$line{index} using 1:2 with linespoints pt 7 ps 0.3 lw 1.8 lc "{COLOURS[name]}" title "{name}"')
    lines.append("plot " + ", \\\n  ".join(shown))
    return "\n".join(lines) + "\n"


def declare_run(parser):
    parser.add_argument("--program", required=True)
    parser.add_argument("--solvers")
    parser.add_argument("--codes", default="")
    parser.add_argument("--limit", type=float, default=40)
    parser.add_argument("--beaten", type=float)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("race")


def agree(race):
    require_agreement(race)
    return "all agree"


def main():
    plots.main(__doc__, lambda arguments: read_race(arguments.figures), lambda race, _: plots.drawn(gnuplot_program(race), TITLE, race),
               {"table": table, "summary": summary}, {"run": (declare_run, run)}, agree=agree)


if __name__ == "__main__":
    main()
