# SPDX-License-Identifier: MIT
"""What the scripts that draw share: reading figures, asking gnuplot, tables in Markdown, whether a picture belongs to its figures, and main.

Used by docs/plot_*.py and by bench/race.py and bench/methods.py. A picture keeps the fingerprint of the figures that it was drawn from.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path


class BadInput(Exception):
    """What is wrong, in one line."""


def read_json(path):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as failure:
        raise BadInput(f"{path}: {failure.strerror}") from None
    except ValueError:
        raise BadInput(f"{path}: is not JSON") from None


def shortened(value, digits):
    """The same with numbers of so many digits: more were neither drawn nor would they come out again."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, list):
        return [shortened(item, digits) for item in value]
    if isinstance(value, dict):
        return {key: shortened(item, digits) for key, item in value.items()}
    return value


def fingerprint(figures):
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()[:16]


def quoted(text):
    """As gnuplot reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def settings(title, x, y, key):
    """The lines of a gnuplot program that all pictures of one frame begin with."""
    return [
        "set encoding utf8",
        'set terminal svg noenhanced size 820,540 font "Helvetica,13" background "#ffffff"',
        f"set title {quoted(title)}",
        f"set xlabel {quoted(x)}",
        f"set ylabel {quoted(y)}",
        'set border 3 lc "#888888"',
        'set tics nomirror textcolor "#222222"',
        'set style line 100 lc "#dddddd" lw 0.7',
        "set grid ls 100",
        f"set key {key}",
    ]


def drawn(program, title, figures):
    """The SVG that gnuplot makes of a program, with a title and the fingerprint of the figures."""
    gnuplot = shutil.which("gnuplot")
    if gnuplot is None:
        raise BadInput("gnuplot is not installed (Debian: apt-get install gnuplot-nox); `table` needs none")
    done = subprocess.run([gnuplot], input=program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 0 or "<svg" not in done.stdout:
        raise BadInput(f"gnuplot: {(done.stderr.strip().splitlines() or ['nothing was drawn'])[-1]}")
    svg = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", done.stdout, flags=re.DOTALL)
    title = title.replace("&", "&amp;").replace("<", "&lt;")
    head = f"<title>{title}</title>\n<desc>figures {fingerprint(figures)}</desc>\n"
    svg = re.sub(r"(<svg\b[^>]*>)", lambda match: f"{match.group(1)}\n{head}", svg, count=1)
    return "\n".join(line.rstrip() for line in svg.split("\n") if line.strip()) + "\n"


def require_drawn(picture, figures, path):
    """That a picture was drawn from the figures that a file holds. Returns the sentence that says so."""
    picture, name = Path(picture), Path(path).name
    if not picture.is_file() or f"<desc>figures {fingerprint(figures)}</desc>" not in picture.read_text("utf-8"):
        raise BadInput(f"{picture.name} was not drawn from {name}; draw it again")
    return f"{picture.name} was drawn from {name}"


def table(cells, right=False):
    """Markdown of rows of text, the first of which is the head. right: all columns but the first are flush right."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]

    def shown(row):
        return "| " + " | ".join(cell.rjust(width) if right and i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))) + " |"

    rule = "|" + "|".join("-" * (width + 1) + ":" if right and i else "-" * (width + 2) for i, width in enumerate(widths)) + "|"
    return "\n".join([shown(cells[0]), rule, *map(shown, cells[1:])])


def main(documentation, read, draw, shows, makes, names=None, draw_options=None, agree=None):
    """The command line of a script: commands that make figures, and draw, check and others that show them.

    read(arguments)           the figures of arguments.figures, or one of them
    draw(figures, arguments)  SVG
    shows                     {command: figures -> text}, beside draw and check
    makes                     {command: (declare(parser), make(arguments))}
    names                     if figures have names: those that are allowed, or () for any
    draw_options(parser)      of draw alone
    agree(figures)            what else must hold for check; raises BadInput, or returns what is said about it
    """
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, (declare, _) in makes.items():
        declare(commands.add_parser(command))
    for command in (*shows, "draw", "check"):
        added = commands.add_parser(command)
        if names is not None:
            added.add_argument("name", choices=names or None)
        added.add_argument("figures")
        if command == "draw" and draw_options:
            draw_options(added)
        if command == "check":
            added.add_argument("picture")
    arguments = parser.parse_args()
    try:
        if arguments.command in makes:
            makes[arguments.command][1](arguments)
            return
        figures = read(arguments)
        if arguments.command == "draw":
            sys.stdout.write(draw(figures, arguments))
        elif arguments.command == "check":
            said = f"{agree(figures)}, and " if agree else ""
            print(said + require_drawn(arguments.picture, figures, arguments.figures))
        else:
            print(shows[arguments.command](figures))
    except BadInput as failure:
        sys.exit(f"{Path(sys.argv[0]).name}: {failure}")
