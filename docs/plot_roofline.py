#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws how near the kernels come to the speed of memory, and lists it, from the JSON of bench_majority and bench_packing.

Usage: plot_roofline.py reduce [--arch ARCH] [--note TEXT] BENCHMARKS.json ... > FIGURES.json
       plot_roofline.py table FIGURES.json                       > a Markdown table
       plot_roofline.py draw  FIGURES.json                       > PICTURE.svg    (calls gnuplot)
       plot_roofline.py check FIGURES.json PICTURE.svg           (was the picture drawn from these figures?)

BENCHMARKS.json is what a benchmark program prints with --benchmark_format=json. Of it `reduce` keeps the benchmarks that have
a roof, with the architecture that is used unless another is named, or with ARCH; where one was run several times, the run with
the median fraction of the roof. It keeps what describes the processor, and nothing else of the machine. TEXT becomes a part
of the caption.

Needs Python 3 and, to draw, gnuplot (Debian: gnuplot-nox).
"""

import json
import sys

import plots
from plots import BadInput

COUNTERS = ("bytes_per_second", "roof_bytes_per_second", "roof_ratio")
# Kernels in the order of the picture, and what they are called there; others follow by name.
KERNELS = {
    "majority": "majority",
    "majority_packed": "majority, rows without gaps",
    "ternary_majority": "ternary majority",
    "counts": "counts",
    "tally": "tally",
    "agreement": "agreement",
    "encode/deterministic_31_2": "encode, deterministic 31, 2",
    "encode/bernoulli_31_31_0.3": "encode, bernoulli 31, 0.3",
    "pack_float": "pack, float",
    "pack_float_ternary": "pack, float, ternary",
    "pack_double": "pack, double",
    "pack_double_ternary": "pack, double, ternary",
    "momentum_pack": "momentum_pack, float",
    "momentum_pack_ternary": "momentum_pack, float, ternary",
    "momentum_pack_double": "momentum_pack, double",
    "update": "update, float",
    "update_ternary": "update, float, ternary",
    "update_double": "update, double",
}
STYLES = [("#1b7837", 7), ("#2166ac", 5), ("#d9730d", 9), ("#762a83", 13), ("#666666", 11)]  # colour, gnuplot's point
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# --- from the benchmarks' JSON to figures --------------------------------------------------------------------------------


def parsed_name(name):
    """(kernel, n or None, d, architecture or None) of a benchmark's name, or None if it is not one of a size d."""
    kernel, keys = [], {}
    for part in name.split("/"):
        key, colon, value = part.partition(":")
        if colon:
            keys[key] = value
        elif part not in ("manual_time", "real_time", "process_time"):
            kernel.append(part)
    if "d" not in keys or not kernel or kernel[0] == "smoke":
        return None
    return "/".join(kernel), int(keys["n"]) if "n" in keys else None, int(keys["d"]), keys.get("arch")


def order_of(entry):
    names = list(KERNELS)
    kernel = entry["kernel"]
    return (names.index(kernel) if kernel in KERNELS else len(names), kernel, entry["n"] or 0, entry["d"])


def reduced(documents, arch=None, note=None):
    """The figures of several programs' JSON, which must be of one processor."""
    contexts = [document["context"] for document in documents]
    for key in ("processor", "used unless named"):
        if len({context.get(key) for context in contexts}) != 1:
            raise BadInput(f'the benchmarks differ in "{key}"')
    used = contexts[0].get("used unless named")
    arch = arch or used
    runs = {}
    for document in documents:
        for run in document["benchmarks"]:
            if run.get("run_type") == "aggregate" or "roof_ratio" not in run:
                continue
            parsed = parsed_name(run["name"])
            if parsed is None:
                continue
            kernel, n, d, named = parsed
            if (named or used) == arch:
                runs.setdefault((kernel, n, d), []).append(run)
    if not runs:
        raise BadInput(f"no benchmark has a roof and the architecture {arch}")
    figures = []
    for (kernel, n, d), several in runs.items():
        several.sort(key=lambda run: run["roof_ratio"])
        middle = several[(len(several) - 1) // 2]
        figures.append({"kernel": kernel, "n": n, "d": d,
                        **{counter: float(f"{middle[counter]:.4g}") for counter in COUNTERS}})
    caches = {cache["level"]: cache["size"] for cache in contexts[0].get("caches", []) if cache["type"] != "Instruction"}
    return {
        "processor": contexts[0].get("processor", "unknown"),
        "arch": arch,
        "date": min(context["date"] for context in contexts)[:10],
        "cache_bytes": [caches[level] for level in sorted(caches)],
        **({"note": note} if note else {}),
        "figures": sorted(figures, key=order_of),
    }


def dumped(figures):
    """One line a figure, so that a new measurement is a readable change."""
    head = {key: value for key, value in figures.items() if key != "figures"}
    lines = ",\n".join("    " + json.dumps(figure) for figure in figures["figures"])
    return json.dumps(head)[:-1] + f',\n  "figures": [\n{lines}\n  ]}}\n'


# --- what is shown -------------------------------------------------------------------------------------------------------


def size_name(d):
    exponent = d.bit_length() - 1
    return "2" + str(exponent).translate(SUPERSCRIPT) if d == 1 << exponent else str(d)


def bytes_name(size):
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:g} {unit}"
    return f"{size} B"


def caption(figures):
    caches = ", ".join(bytes_name(size) for size in figures["cache_bytes"])
    return (f"{figures['processor']}, one core, {figures['arch']}, {figures['date']}"
            + (f"; caches {caches}" if caches else "") + (f"; {figures['note']}" if "note" in figures else ""))


def rows_of(figures):
    """[(kernel's name, n or None, {d: figure})] in order."""
    rows = {}
    for figure in sorted(figures["figures"], key=order_of):
        rows.setdefault((figure["kernel"], figure["n"]), {})[figure["d"]] = figure
    return [(KERNELS.get(kernel, kernel), n, by_size) for (kernel, n), by_size in rows.items()]


def sizes_of(figures):
    return sorted({figure["d"] for figure in figures["figures"]})


def gigabytes(bytes_per_second):
    return f"{bytes_per_second / 1e9:.3g}"


def table(figures):
    """A Markdown table: the fraction of the roof, and in brackets the bytes a second."""
    sizes = sizes_of(figures)
    cells = [["kernel", "n"] + [f"d = {size_name(d)}" for d in sizes]]
    for name, n, by_size in rows_of(figures):
        shown = [f"{by_size[d]['roof_ratio']:.2f} ({gigabytes(by_size[d]['bytes_per_second'])})" if d in by_size else ""
                 for d in sizes]
        cells.append([name, "" if n is None else str(n)] + shown)
    return f"Fraction of the roof (GB/s). {caption(figures)}\n\n{plots.table(cells)}"


def gnuplot_program(figures):
    """What gnuplot is told: rows are kernels; left the fraction of the roof, right bytes a second and the roof's."""
    sizes, rows = sizes_of(figures), rows_of(figures)
    labels, places, row, previous = [], [], 0.0, None
    for name, n, _ in rows:
        family = name if name.startswith("majority") else name.split(",")[0]
        row += 1 if family == previous or previous is None else 1.6  # a gap between families
        previous = family
        places.append(row)
        labels.append(name if n is None else f"{name}, n = {n}")
    bottom = row + 1
    height = round(19 * bottom + 150)

    def percent(pixels):
        return pixels / height

    quoted = ", ".join(f'"{label}" {place:g}' for label, place in zip(labels, places))
    largest = max(max(figure["roof_ratio"] for figure in figures["figures"]) * 1.04, 1.1)
    speeds = [figure[key] / 1e9 for figure in figures["figures"] for key in COUNTERS[:2]]
    lines = [
        'set encoding utf8',
        f'set terminal svg noenhanced size 940,{height} font "Helvetica,13" background "#ffffff"',
        'set multiplot',
        f'set tmargin at screen {1 - percent(78):.4f}',
        f'set bmargin at screen {percent(58):.4f}',
        'unset key',
        'set border 1 lc "#888888"',
        'set tics textcolor "#222222"',
        'set style line 100 lc "#dddddd" lw 0.7',
        'set grid xtics ytics ls 100',
        f'set yrange [{bottom:g}:0]',
        'set xtics nomirror',
        f'set label 1 "{caption(figures)}" at screen 0.5,{1 - percent(22):.4f} center font ",14"',
    ]
    styles = [STYLES[index % len(STYLES)] for index in range(len(sizes))]
    for index, (d, (colour, point)) in enumerate(zip(sizes, styles)):
        place_of_key = 0.5 + (index - (len(sizes) - 1) / 2) * 0.11
        lines.append(f'set label {index + 2} "d = {size_name(d)}" at screen {place_of_key:.3f},{1 - percent(50):.4f} '
                     f'point pt {point} ps 0.9 lc "{colour}" offset 1.2,-0.3')
        lines.append(f"$size{index} << EOD")
        for (_, _, by_size), place in zip(rows, places):
            if d in by_size:
                figure = by_size[d]
                lines.append(f"{place:g} {figure['roof_ratio']:g} {figure['bytes_per_second'] / 1e9:g} "
                             f"{figure['roof_bytes_per_second'] / 1e9:g}")
        lines.append("EOD")
    points = ", \\\n  ".join(
        f'$size{index} using 2:1 with points pt {point} ps 0.75 lc "{colour}" notitle'
        for index, (colour, point) in enumerate(styles))
    speeds_points = ", \\\n  ".join(
        f'$size{index} using 3:1:($4-$3):(0) with vectors nohead lw 1.2 lc "{colour}" notitle, \\\n  '
        f'$size{index} using 4:1 with points pt "|" font ",11" tc "{colour}" notitle, \\\n  '
        f'$size{index} using 3:1 with points pt {point} ps 0.75 lc "{colour}" notitle'
        for index, (colour, point) in enumerate(styles))
    lines += [
        'set lmargin at screen 0.245', 'set rmargin at screen 0.61',
        f'set ytics ({quoted}) scale 0',
        f'set xrange [0:{largest:.3g}]',
        'set xtics 0.2',
        'set xlabel "fraction of the roof (1 = as fast as memory)"',
        'set arrow 1 from 1,graph 0 to 1,graph 1 nohead lw 1.5 lc "#222222" front',
        f'plot {points}',
        'unset arrow 1', 'unset label',
        'set lmargin at screen 0.645', 'set rmargin at screen 0.98',
        f'set ytics ({", ".join(f"{chr(34)}{chr(34)} {place:g}" for place in places)}) scale 0',
        f'set logscale x; set xrange [{min(speeds) * 0.8:.3g}:{max(speeds) * 1.25:.3g}]',
        'set xtics (' + ", ".join(f'"{tick}" {tick}' for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)) + ')',
        'set xlabel "GB/s (the bar at the end of a line is the roof)"',
        f'plot {speeds_points}',
        'unset multiplot',
    ]
    return "\n".join(lines) + "\n"


def drawn(figures, _):
    return plots.drawn(gnuplot_program(figures), f"Kernels against the roof of memory: {caption(figures)}", figures)


# --- the program ---------------------------------------------------------------------------------------------------------


def read_figures(arguments):
    figures = plots.read_json(arguments.figures)
    if not isinstance(figures, dict) or "figures" not in figures:
        raise BadInput(f"{arguments.figures}: is not what `reduce` prints")
    return figures


def read_benchmarks(path):
    document = plots.read_json(path)
    if not isinstance(document, dict) or "benchmarks" not in document or "context" not in document:
        raise BadInput(f"{path}: is not the JSON of a benchmark program")
    return document


def declare_reduce(parser):
    parser.add_argument("--arch")
    parser.add_argument("--note")
    parser.add_argument("benchmarks", nargs="+")


def reduce(arguments):
    documents = [read_benchmarks(path) for path in arguments.benchmarks]
    sys.stdout.write(dumped(reduced(documents, arguments.arch, arguments.note)))


def main():
    plots.main(__doc__, read_figures, drawn, {"table": table}, {"reduce": (declare_reduce, reduce)})


if __name__ == "__main__":
    main()
