#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures and draws how often codes fail: exact values as lines, samples with their intervals as points.

Usage: plot_probability.py measure --program build/test/bin/election > FIGURES.json     (about a minute)
       plot_probability.py draw NAME FIGURES.json                    > PICTURE.svg      (calls gnuplot)
       plot_probability.py table NAME FIGURES.json                   > a Markdown table
       plot_probability.py check NAME FIGURES.json PICTURE.svg       (was the picture drawn from these figures?)

NAME is bernoulli (failures of random codes against p), workers (against the number of workers), liars (of families against the number of liars), right (against the
probability that a partition is right) or accuracy (of designs for the same workers and liars, against the signal-to-noise ratio).

Needs Python 3 and, to draw, gnuplot (Debian: gnuplot-nox). Every figure comes from the program `election`; seeds are in this file.
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import plots
from plots import BadInput, shortened

COLOURS = ["#1b7837", "#2166ac", "#d9730d", "#762a83", "#b2182b", "#666666"]
SMALLEST = 1e-12  # what the pictures show


# --- measuring -----------------------------------------------------------------------------------------------------------


class Election:
    """The program, and codes in files."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)

    def ask(self, *words):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise BadInput(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.ask(*words, "--json"))

    def code(self, *words):
        path = self.folder / ("_".join(map(str, words)).replace("--", "") + ".txt")
        if not path.exists():
            self.ask("generate", *words, "-o", path)
        return path

    def exact(self, code, *words):
        return self.json("enumerate", code, *words)["failure_probability"]

    def sample(self, code, trials, *words):
        found = self.json("estimate", code, "--trials", trials, "--seed", 1, *words)
        return [found["estimate"], found["lower"], found["upper"]]


def bernoulli(election):
    """One nearest election of a random code against p: the closed sum, and 40 codes of 4096 elections each."""
    codes, trials = 40, 4096
    lines = []
    for n in (5, 15, 31, 63, 101):
        exact, sampled = [], []
        for step in range(1, 40):
            p = step / 40
            exact.append([p, election.json("bound", "--n", n, "--k", n, "--b", 1, "--p", p)["bernoulli_failure"]])
        for p in (0.1, 0.3, 0.5, 0.7, 0.9):
            rates = []
            for seed in range(codes):
                code = election.code("bernoulli", "--n", n, "--k", n, "--p", p, "--seed", seed)
                answer = election.json("estimate", code, "--liars", 1, "--trials", trials, "--seed", seed + 1)
                rates.append(answer["estimate"])
            mean = sum(rates) / codes
            error = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (codes - 1) / codes)
            sampled.append([p, mean, max(mean - 2 * error, 0), mean + 2 * error])
        lines.append({"name": f"n = k = {n}", "exact": exact, "sampled": sampled})
    return {"x": "p, the probability that a worker holds a partition", "title":
            "Failures of Bernoulli codes: one nearest election, one worst-placed liar", "lines": lines}


def liars(election):
    """Families of 31 workers and partitions, nearest elections, liars placed worst."""
    families = [("uncoded", "--n", 31), ("deterministic", "--n", 31, "--b", 3), ("bernoulli", "--n", 31, "--k", 31, "--p", 0.3,
                "--seed", 1), ("regular", "--n", 31, "--k", 31, "--degree", 9, "--seed", 1),
                ("cyclic", "--n", 31, "--k", 31, "--weight", 9), ("paley", "--q", 31)]
    lines = []
    for family in families:
        code = election.code(*family)
        exact = [[b, election.exact(code, "--messages", "nearest", "--liars", b)] for b in range(0, 11)]
        sampled = [[b, *election.sample(code, 100000, "--liars", b)] for b in range(0, 11)]
        lines.append({"name": family[0], "exact": exact, "sampled": [point for point in sampled if point[1] > 0]})
    return {"x": "b, worst-placed liars", "title": "Nearest elections of codes with 31 workers and partitions", "lines": lines}


def right(election):
    """Families of 15 workers, one liar, against the probability that a partition's sign is right."""
    families = [("uncoded", "--n", 15), ("deterministic", "--n", 15, "--b", 1), ("bernoulli", "--n", 15, "--k", 15, "--p", 0.5,
                "--seed", 1), ("cyclic", "--n", 15, "--k", 15, "--weight", 5), ("repetition", "--n", 15, "--k", 5)]
    lines = []
    for family in families:
        code = election.code(*family)
        exact = [[q / 100, election.exact(code, "--messages", f"independent:{q / 100}", "--liars", 1)]
                 for q in (*range(50, 100, 2), 99)]
        sampled = [[q / 100, *election.sample(code, 1000000, "--messages", f"independent:{q / 100}", "--liars", 1)]
                   for q in (50, 60, 70, 80, 90)]
        lines.append({"name": family[0], "exact": exact, "sampled": [point for point in sampled if point[1] > 0]})
    return {"x": "probability that a partition reports the true sign", "title":
            "Fifteen workers, one worst-placed liar", "lines": lines}


def accuracy(election):
    """Designs for 15 workers and two liars: how often the decoded sign is wrong, against the signal-to-noise ratio of all data."""
    designs = [("repetition, k = 3", ("repetition", "--n", 15, "--k", 3)), ("systematic, k = 11", ("systematic", "--k", 11, "--b", 2)),
               ("deterministic, k = 15", ("deterministic", "--n", 15, "--b", 2)),
               ("everybody holds everything, k = 15", ("full", "--n", 15, "--k", 15))]
    lines = []
    for name, family in designs:
        code = election.code(*family)
        ratios = [step / 4 for step in range(0, 21)]
        exact = [[snr, election.exact(code, "--messages", f"gaussian:{snr}", "--liars", 2)] for snr in ratios]
        sampled = [[snr, *election.sample(code, 1000000, "--messages", f"gaussian:{snr}", "--liars", 2)] for snr in (0, 1, 2, 3)]
        lines.append({"name": name, "exact": exact, "sampled": [point for point in sampled if point[1] > 0]})
    return {"x": "signal-to-noise ratio of a coordinate, over all data", "title":
            "Wrong signs with 15 workers and two worst-placed liars", "lines": lines}


def workers(election):
    """One nearest election against the number of workers, one liar: Bernoulli codes of one density, and of one redundancy."""
    codes, trials = 10, 4096
    sizes = (5, 9, 15, 21, 31, 45, 63, 81, 101)
    lines = []
    for name, density in (("p = 0.3", lambda n: 0.3), ("p = 0.6", lambda n: 0.6), ("p = 0.9", lambda n: 0.9),
                          ("redundancy 4.5", lambda n: 4.5 / n)):
        exact, sampled = [], []
        for n in sizes:
            p = round(density(n), 6)
            exact.append([n, election.json("bound", "--n", n, "--k", n, "--b", 1, "--p", p)["bernoulli_failure"]])
            rates = []
            for seed in range(codes):
                code = election.code("bernoulli", "--n", n, "--k", n, "--p", p, "--seed", seed)
                rates.append(election.json("estimate", code, "--liars", 1, "--trials", trials, "--seed", seed + 1)["estimate"])
            mean = sum(rates) / codes
            error = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (codes - 1) / codes)
            sampled.append([n, mean, max(mean - 2 * error, 0), mean + 2 * error])
        lines.append({"name": name, "exact": exact, "sampled": sampled})
    return {"x": "n = k, workers and partitions", "title": "Bernoulli codes: one nearest election, one worst-placed liar",
            "lines": lines}


FIGURES = {"bernoulli": bernoulli, "workers": workers, "liars": liars, "right": right, "accuracy": accuracy}


def measured(program):
    with tempfile.TemporaryDirectory() as folder:
        election = Election(program, folder)
        return {name: make(election) for name, make in FIGURES.items()}


# --- showing -------------------------------------------------------------------------------------------------------------


def gnuplot_program(figure):
    lines = [
        *plots.settings(figure["title"], figure["x"], "probability of failure", "below"),
        "set logscale y",
        'set format y "%.0e"',
    ]
    least = min(point[1] for line in figure["lines"] for point in line["exact"] if point[1] > SMALLEST)
    lines.append(f"set yrange [{max(least / 3, SMALLEST):g}:1.5]")
    shown = []
    for index, line in enumerate(figure["lines"]):
        colour = COLOURS[index % len(COLOURS)]
        lines.append(f"$exact{index} << EOD")
        lines += [f"{x:g} {y:g}" if y > SMALLEST else "" for x, y in line["exact"]]
        lines.append("EOD")
        shown.append(f'$exact{index} using 1:2 with lines lw 1.8 lc "{colour}" title "{line["name"]}"')
        if line["sampled"]:
            lines.append(f"$sampled{index} << EOD")
            lines += [f"{x:g} {y:g} {max(low, SMALLEST):g} {high:g}" for x, y, low, high in line["sampled"]]
            lines.append("EOD")
            shown.append(f'$sampled{index} using 1:2:3:4 with yerrorbars pt 7 ps 0.45 lw 1.2 lc "{colour}" notitle')
    lines.append("plot " + ", \\\n  ".join(shown))
    return "\n".join(lines) + "\n"


def table(figure):
    """The exact values where there are samples too, and beside them the samples with half their interval."""
    xs = sorted({point[0] for line in figure["lines"] for point in line["sampled"]})
    cells = [[figure["x"].split(",")[0]] + [line["name"] for line in figure["lines"]]]
    for x in xs:
        row = [f"{x:g}"]
        for line in figure["lines"]:
            exact = {round(a, 9): b for a, b in line["exact"]}.get(round(x, 9))
            sample = {round(a, 9): (b, (high - low) / 2) for a, b, low, high in line["sampled"]}.get(round(x, 9))
            row.append(("" if exact is None else f"{exact:.4g}") + ("" if sample is None else f" ({sample[0]:.4g} ± {sample[1]:.1g})"))
        cells.append(row)
    return plots.table(cells)


def read_figure(arguments):
    figures = plots.read_json(arguments.figures)
    if not isinstance(figures, dict) or arguments.name not in figures:
        raise BadInput(f"{arguments.figures}: has no figure '{arguments.name}'")
    return figures[arguments.name]


def dumped(figures):
    """JSON with a line of the file for each line of a picture, and numbers of six digits: more were neither drawn nor repeatable."""
    parts = []
    for name, figure in figures.items():
        lines = ",\n   ".join(json.dumps({key: shortened(value, 6) for key, value in line.items()}) for line in figure["lines"])
        head = json.dumps({key: value for key, value in figure.items() if key != "lines"})[:-1]
        parts.append(f' "{name}": {head}, "lines": [\n   {lines}]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    plots.main(__doc__, read_figure, lambda figure, _: plots.drawn(gnuplot_program(figure), figure["title"], figure), {"table": table},
               {"measure": (lambda parser: parser.add_argument("--program", required=True),
                            lambda arguments: sys.stdout.write(dumped(measured(arguments.program))))}, names=list(FIGURES))


if __name__ == "__main__":
    main()
