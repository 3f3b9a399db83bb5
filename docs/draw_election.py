#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws one election of a small code as SVG: partitions, workers, votes, master.

Usage: election verify CODE --json | draw_election.py CODE > picture.svg
CODE is a 0/1 text file. The election is the witness of the verdict on standard input. Standard library only."""
import json
import sys

BLUE, ORANGE, GREY, INK, PAPER = "#1f6fb4", "#d9730d", "#9a9a9a", "#222222", "#ffffff"
COLOUR = {"+": BLUE, "-": ORANGE, "0": GREY}
SHOWN = {"+": "+", "-": "\u2212", "0": "0"}  # a minus as wide as the plus
LEFT, MIDDLE, RIGHT = 110, 370, 690  # centres of partitions, workers and master
TOP, STEP = 74, 62


def rows_of(path):
    """The rows of a 0/1 text file, as lists of the partitions held."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            digits = [c for c in line.split("#")[0] if c in "01"]
            if digits:
                rows.append([j for j, digit in enumerate(digits) if digit == "1"])
    return rows


def text(x, y, words, size=15, colour=INK, anchor="middle", weight="normal"):
    return (f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{words}</text>')


def line(x1, y1, x2, y2, colour, width=1.5, dashes=""):
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def disc(x, y, sign, radius=19):
    return [f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{COLOUR[sign]}"/>',
            text(x, y + 8, SHOWN[sign], 24, PAPER, weight="bold")]


def draw(rows, verdict):
    signs, votes = verdict["witness"], verdict["witness_votes"]
    truth = "+" if 2 * signs.count("+") > len(signs) else "-"
    margin = verdict["margin"]
    height = TOP + STEP * max(len(signs), len(rows)) + 24

    def place(index, count):  # evenly, centred
        return TOP + 16 + STEP * (index + (max(len(signs), len(rows)) - count) / 2)

    back, front = [], []
    for x, head in ((LEFT, "partitions"), (MIDDLE, "workers"), (MIDDLE + 160, "votes"), (RIGHT, "master")):
        front.append(text(x, 30, head, 17, weight="bold"))
    front.append(text(LEFT, 52, f"truth {SHOWN[truth]}, {signs.count(truth)} of {len(signs)}", 13, COLOUR[truth]))

    for j, sign in enumerate(signs):
        front += disc(LEFT, place(j, len(signs)), sign)
        front.append(text(LEFT - 52, place(j, len(signs)) + 5, str(j), 14, GREY))

    middle = place((len(rows) - 1) / 2, len(rows))
    for i, held in enumerate(rows):
        y = place(i, len(rows))
        fooled = votes[i] != truth
        for j in held:
            back.append(line(LEFT, place(j, len(signs)), MIDDLE - 55, y, COLOUR[signs[j]], 1.5))
        front.append(f'<rect x="{MIDDLE - 55}" y="{y - 21}" width="110" height="42" rx="8" fill="{PAPER}" '
                     f'stroke="{COLOUR[votes[i]] if fooled else INK}" stroke-width="{3 if fooled else 1.5}"/>')
        front.append(text(MIDDLE, y - 2, f"worker {i}", 14))
        counts = f'{sum(signs[j] == "+" for j in held)} +, {sum(signs[j] == "-" for j in held)} \u2212'
        front.append(text(MIDDLE, y + 15, counts if held else "idle", 12, GREY))
        back.append(line(MIDDLE + 55, y, MIDDLE + 160, y, COLOUR[votes[i]], 2.5))
        back.append(line(MIDDLE + 160, y, RIGHT - 45, middle, COLOUR[votes[i]], 2.5))
        front += disc(MIDDLE + 160, y, votes[i])
        if fooled:
            front.append(text(MIDDLE + 108, y - 7, "fooled" if votes[i] in "+-" else "tied", 13, COLOUR[votes[i]]))

    front.append(f'<circle cx="{RIGHT}" cy="{middle}" r="45" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>')
    decoded = truth if margin > 0 else {"+": "-", "-": "+"}[truth] if margin < 0 else "0"
    front.append(text(RIGHT, middle + 3, SHOWN[decoded], 34, COLOUR[decoded], weight="bold"))
    right = votes.count(truth)
    wrong = sum(vote not in (truth, "0") for vote in votes)
    front.append(text(RIGHT, middle + 27, f"{right} : {wrong}", 15))
    front.append(text(RIGHT, middle + 74, f"margin {margin}".replace("-", "\u2212"), 16, weight="bold"))

    width = RIGHT + 90
    return [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" '
            'font-family="Helvetica, Arial, sans-serif" role="img">',
            f'<title>One election: {len(signs)} partitions, {len(rows)} workers, margin {margin}</title>',
            f'<rect width="{width}" height="{height:g}" fill="{PAPER}"/>', *back, *front, "</svg>"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(draw(rows_of(sys.argv[1]), json.load(sys.stdin))))


if __name__ == "__main__":
    main()
