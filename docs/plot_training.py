#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws training runs: the metric against iteration, time and traffic with its spread over seeds, and where it ends against a key.

Usage: plot_training.py curves NAME --title TEXT --line LABEL RUN.csv ... [--line LABEL RUN.csv ...] > FIGURES.json
       plot_training.py final NAME --title TEXT --x KEY --by KEY [--where KEY=VALUE] [--label VALUE=TEXT] GRID.csv > FIGURES.json
       plot_training.py join FIGURES.json ...                              > FIGURES.json   (a later one of a name replaces an earlier)
       plot_training.py draw NAME FIGURES.json [--against iteration|seconds|bytes] > PICTURE.svg (calls gnuplot)
       plot_training.py table NAME FIGURES.json                            > a Markdown table
       plot_training.py check NAME FIGURES.json PICTURE.svg                (was the picture drawn from these figures?)

RUN.csv is what `election train --csv` writes; the runs of a --line differ in their seed only, and their metric was evaluated in the same
iterations: the line is the mean, the band all of them. GRID.csv is the results file of a grid: of its rows --where keeps those with a
value, --by makes a line for each value of that key (or several, KEY,KEY), --x is the axis; every other key but the seed must have one value.

Needs Python 3 and, to draw, gnuplot (Debian: gnuplot-nox).
"""

import csv
import json
import math
import sys

import plots
from plots import BadInput, quoted, shortened

COLOURS = ["#1b7837", "#2166ac", "#d9730d", "#762a83", "#b2182b", "#666666", "#8c510a", "#35978f"]
AXES = {"iteration": (0, "iteration"), "seconds": (1, "seconds of training"), "bytes": (2, "traffic of votes and decisions")}


# --- from tables to figures ----------------------------------------------------------------------------------------------


def read_table(path, needed):
    """The rows of a CSV with a header, as dictionaries."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True, restkey=None))
            names = rows[0].keys() if rows else []
    except OSError as failure:
        raise BadInput(f"{path}: {failure.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as failure:
        raise BadInput(f"{path}: {failure}") from None
    if not rows:
        raise BadInput(f"{path}: has no rows")
    for name in needed:
        if name not in names:
            raise BadInput(f"{path}: has no column '{name}'")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise BadInput(f"{path}:{number}: has not as many fields as the header")
    return rows


def number_in(path, line, row, column):
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"{path}:{line}: {column}: '{row[column]}' is not a number")
    return value


def run_points(path, column):
    """iteration -> (seconds, bytes so far, metric), where the metric was evaluated."""
    rows = read_table(path, ("iteration", "seconds", "vote_bytes", "decision_bytes", column))
    points, traffic = {}, 0
    for line, row in enumerate(rows, 2):
        traffic += int(number_in(path, line, row, "vote_bytes")) + int(number_in(path, line, row, "decision_bytes"))
        if row[column] != "":
            iteration = int(number_in(path, line, row, "iteration"))
            points[iteration] = (number_in(path, line, row, "seconds"), traffic, number_in(path, line, row, column))
    if not points:
        raise BadInput(f"{path}: {column} was never evaluated")
    return points


def thinned(items, most):
    """At most so many of them, evenly, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def curves(arguments):
    lines = []
    for label, *paths in arguments.line:
        if not paths:
            raise BadInput(f"--line {label}: no run is given")
        runs = [run_points(path, arguments.metric) for path in paths]
        common = sorted(set.intersection(*(set(run) for run in runs)))
        if not common:
            raise BadInput(f"--line {label}: there is no iteration in which all runs have a {arguments.metric}")
        points = []
        for iteration in thinned(common, arguments.points):
            values = [run[iteration][2] for run in runs]
            seconds, traffic = (sum(run[iteration][i] for run in runs) / len(runs) for i in (0, 1))
            points.append([iteration, seconds, traffic, sum(values) / len(values), min(values), max(values)])
        lines.append({"name": label, "runs": len(runs), "points": points})
    return {"kind": "curves", "title": arguments.title, "y": arguments.y or arguments.metric, "lines": lines}


def final(arguments):
    by = arguments.by.split(",")
    rows = read_table(arguments.grid, ("identity", arguments.x, arguments.metric, *by))
    names = list(rows[0])
    where = dict(item.split("=", 1) for item in arguments.where if "=" in item)
    labels = dict(item.rsplit("=", 1) for item in arguments.label if "=" in item)
    if len(where) != len(arguments.where) or len(labels) != len(arguments.label):
        raise BadInput("--where and --label must look like KEY=VALUE and VALUE=TEXT, each key once")
    for key in where:
        if key not in names:
            raise BadInput(f"{arguments.grid}: has no column '{key}'")
    kept = [(line, row) for line, row in enumerate(rows, 2) if all(row[key] == value for key, value in where.items())]
    if not kept:
        raise BadInput(f"{arguments.grid}: no row is left by --where")
    keys = names[1:names.index(arguments.metric)] if arguments.keys is None else arguments.keys.split(",")
    for key in keys:
        values = sorted({row[key] for _, row in kept})
        if key not in (arguments.x, "seed", *by) and key not in where and len(values) > 1:
            raise BadInput(f"{arguments.grid}: {key} has several values ({', '.join(values[:4])}); choose one with --where {key}=VALUE")
    found = {}
    for line, row in kept:
        if row[arguments.metric] == "":
            continue
        x = number_in(arguments.grid, line, row, arguments.x)
        name = ", ".join(labels.get(row[key], row[key]) for key in by)
        found.setdefault(name, {}).setdefault(x, []).append(number_in(arguments.grid, line, row, arguments.metric))
    lines = []
    for name, places in found.items():
        points = [[x, sum(values) / len(values), min(values), max(values), len(values)] for x, values in sorted(places.items())]
        lines.append({"name": name, "points": points})
    if not lines:
        raise BadInput(f"{arguments.grid}: {arguments.metric} is blank in all rows")
    return {"kind": "final", "title": arguments.title, "x": arguments.x_label or arguments.x, "y": arguments.y or arguments.metric,
            "lines": lines}


# --- showing -------------------------------------------------------------------------------------------------------------


def gnuplot_program(figure, against):
    of_curves = figure["kind"] == "curves"
    label, unit = AXES[against][1] if of_curves else figure["x"], 1
    if of_curves and against == "bytes":
        most = max(point[2] for line in figure["lines"] for point in line["points"])
        unit, name = next(((10**e, name) for e, name in ((12, "TB"), (9, "GB"), (6, "MB"), (3, "kB")) if most >= 10**e), (1, "bytes"))
        label = f"{label}, {name}"
    lines = plots.settings(figure["title"], label, figure["y"], "below")
    bands, shown = [], []
    for index, line in enumerate(figure["lines"]):
        colour = COLOURS[index % len(COLOURS)]
        lines.append(f"$line{index} << EOD")
        if of_curves:
            lines += [f"{point[AXES[against][0]] / unit:.10g} {point[3]:.8g} {point[4]:.8g} {point[5]:.8g}" for point in line["points"]]
        else:
            lines += [f"{x:.10g} {mean:.8g} {low:.8g} {high:.8g}" for x, mean, low, high, _ in line["points"]]
        lines.append("EOD")
        if of_curves:
            if line["runs"] > 1:
                bands.append(f'$line{index} using 1:3:4 with filledcurves fs transparent solid 0.15 noborder lc "{colour}" notitle')
            shown.append(f'$line{index} using 1:2 with lines lw 1.8 lc "{colour}" title {quoted(line["name"])}')
        else:
            shown.append(f'$line{index} using 1:2 with lines lw 1.8 lc "{colour}" title {quoted(line["name"])}')
            bars = f'$line{index} using 1:3:(0):($4-$3) with vectors heads size graph 0.006,90 fixed lw 1.2 lc "{colour}" notitle'
            shown += [bars, f'$line{index} using 1:2 with points pt 7 ps 0.45 lc "{colour}" notitle']  # error bars have gaps at points
    if not of_curves:
        xs = [point[0] for line in figure["lines"] for point in line["points"]]
        margin = (max(xs) - min(xs)) * 0.03 or 0.5
        lines.append(f"set xrange [{min(xs) - margin:g}:{max(xs) + margin:g}]")
    lines.append("plot " + ", \\\n  ".join(bands + shown))
    return "\n".join(lines) + "\n"


def spread(mean, low, high):
    return f"{mean:.4f}" if low == high else f"{mean:.4f} ({low:.4f} … {high:.4f})"


def table(figure):
    """Where each line ends; or the values at every x."""
    if figure["kind"] == "curves":
        cells = [["run", "runs", "iterations", "seconds", "bytes", figure["y"]]]
        for line in figure["lines"]:
            iteration, seconds, traffic, mean, low, high = line["points"][-1]
            cells.append([line["name"], str(line["runs"]), str(iteration), f"{seconds:.4g}", f"{traffic:.4g}", spread(mean, low, high)])
    else:
        xs = sorted({point[0] for line in figure["lines"] for point in line["points"]})
        cells = [[figure["x"]] + [line["name"] for line in figure["lines"]]]
        for x in xs:
            places = [{point[0]: point[1:4] for point in line["points"]} for line in figure["lines"]]
            cells.append([f"{x:g}"] + [spread(*place[x]) if x in place else "" for place in places])
    return plots.table(cells)


def read_figures(path):
    figures = plots.read_json(path)
    if not isinstance(figures, dict) or not all(isinstance(figure, dict) and "kind" in figure for figure in figures.values()):
        raise BadInput(f"{path}: has no figures of this program")
    return figures


def read_figure(arguments):
    figures = read_figures(arguments.figures)
    if arguments.name not in figures:
        raise BadInput(f"{arguments.figures}: has no figure '{arguments.name}'")
    return figures[arguments.name]


def dumped(figures):
    """JSON with a line of the file for each line of a picture, and numbers of eight digits: more are not drawn."""
    parts = []
    for name, figure in figures.items():
        rows = ",\n   ".join(json.dumps({key: shortened(value, 8) for key, value in line.items()}, ensure_ascii=False)
                             for line in figure["lines"])
        head = json.dumps({key: value for key, value in figure.items() if key != "lines"}, ensure_ascii=False)[:-1]
        parts.append(f' "{name}": {head}, "lines": [\n   {rows}]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def declare_making(parser, of_curves):
    parser.add_argument("name")
    parser.add_argument("--title", required=True)
    parser.add_argument("--metric", default="metric", help="the column that is drawn")
    parser.add_argument("--y", help="what is written beside the axis, if not the column's name")
    if of_curves:
        parser.add_argument("--line", nargs="+", action="append", required=True, metavar=("LABEL", "RUN.csv"))
        parser.add_argument("--points", type=int, default=100, help="of a line, at most")
    else:
        parser.add_argument("grid")
        parser.add_argument("--x", required=True)
        parser.add_argument("--x-label")
        parser.add_argument("--by", required=True)
        parser.add_argument("--where", action="append", default=[], metavar="KEY=VALUE")
        parser.add_argument("--label", action="append", default=[], metavar="VALUE=TEXT")
        parser.add_argument("--keys", help="the columns that are keys, if not all in front of the metric")


def make(arguments):
    if arguments.command == "curves" and arguments.points < 2:
        raise BadInput("--points: must be at least 2")
    figure = (curves if arguments.command == "curves" else final)(arguments)
    sys.stdout.write(dumped({arguments.name: figure}))


def join(arguments):
    sys.stdout.write(dumped({name: figure for path in arguments.figures for name, figure in read_figures(path).items()}))


def main():
    plots.main(__doc__, read_figure,
               lambda figure, arguments: plots.drawn(gnuplot_program(figure, arguments.against), figure["title"], figure), {"table": table},
               {"curves": (lambda parser: declare_making(parser, True), make),
                "final": (lambda parser: declare_making(parser, False), make),
                "join": (lambda parser: parser.add_argument("figures", nargs="+"), join)},
               names=(), draw_options=lambda parser: parser.add_argument("--against", choices=AXES, default="iteration"))


if __name__ == "__main__":
    main()
