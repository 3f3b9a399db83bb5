#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps the code, the output and the links that README.md, CONTRIBUTING.md and docs/*.md show true.

Usage: refresh.py [--check] --bin DIR      (DIR holds the program `election`, and the built examples in DIR/examples)

A marker, alone on the line before a fence, says where the fence's text comes from:

    <!-- code: examples/first.cpp -->            the file behind its licence line
    <!-- code: examples/first.cpp [program] -->  its lines between "// [program]" and "// [/program]" (or "#")
    <!-- output: COMMAND -->                     what COMMAND prints on standard output; its status must be 0
    <!-- output (status 1): COMMAND -->          the same; its status must be 1
    <!-- output both: COMMAND -->                standard output and standard error; also "output both (status 1)"
    <!-- by hand: REASON -->                     nowhere: nothing checks it

COMMAND is run by `sh -e` in a copy of examples/, one for each document, with DIR and DIR/examples on PATH, NO_COLOR set and
an empty standard input. What differs from run to run does not count: the line "  seconds ...", the
architecture and the number of several threads in the line "  method ...", and the number of "seconds": in JSON.

Every fence of README.md and docs/*.md must say what it holds (text, cpp, sh, ...); those of text and cpp need a marker.
Relative links and images must lead to a file, their #anchors to a heading (as GitHub names it) or to lines (#L12, #L3-L9).

Without --check stale fences are rewritten. With it nothing is: the differences are printed. The status is 1 when a fence is
stale (with --check) or a rule is broken, which is reported as FILE:LINE: what.
"""

import argparse
import difflib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import unicodedata
from pathlib import Path
from typing import NamedTuple, Optional
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
TIME_LIMIT_SECONDS = 600

FENCE = re.compile(r"(\s*)(`{3,}|~{3,})\s*([^`]*)")
FENCE_WITHIN_LINE = re.compile(r"\s*(?:(?:>|[-*+]|\d+[.)])\s*)+(?:`{3,}|~{3,})[^`]*")
MARKER = re.compile(r"<!--\s*(?:code|output|by hand)\b.*")
CODE = re.compile(r"<!-- code: (\S+)(?: \[([^\]]+)\])? -->")
OUTPUT = re.compile(r"<!-- output( both)?(?: \(status (\d+)\))?: (.+) -->")
BY_HAND = re.compile(r"<!-- by hand: .+ -->")
REGION = re.compile(r"\s*(?://|#) \[(/?)([^\]]+)\]\s*")

PROVED = {"text", "cpp"}
OTHER_SPELLINGS = {"txt": "text", "plain": "text", "plaintext": "text", "output": "text",
                   "c++": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "cpp"}

MASKS = [(re.compile(r"^(  seconds +)\S.*"), r"\1…"),
         (re.compile(r"^(  method +[^,]*), [a-z0-9]+, (?:[0-9]+ (threads)|(1 thread))$"), r"\1, …, \2\3"),
         (re.compile(r'("seconds"\s*:\s*)[-+.0-9eE]+'), r"\1…")]

LINKS = [re.compile(r"\]\(\s*(<[^>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"),
         re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*(<[^>\n]*>|\S+)", re.MULTILINE),
         re.compile(r"<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)\s*=\s*[\"']([^\"']*)[\"']")]
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$|^(?![-=#>|\s])(.+)\n {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)


class Problem(Exception):
    """A broken rule, in words."""


class Fence(NamedTuple):
    opening: int  # index of the line
    closing: int  # index of the line
    indent: str
    ticks: str
    info: str
    marker: Optional[str]


# --- Markdown -------------------------------------------------------------------------------------------------------------


def fences_of(lines, report):
    """All fences; calls report(index, what) where their form is wrong."""
    found = []
    index = 0
    while index < len(lines):
        marker = None
        if MARKER.fullmatch(lines[index].strip()):
            marker = lines[index].strip()
            if not any(form.fullmatch(marker) for form in (CODE, OUTPUT, BY_HAND)):
                report(index, f"the marker has none of the forms that docs/refresh.py lists: {marker}")
            index += 1
            if index == len(lines) or not FENCE.fullmatch(lines[index]):
                report(index - 1, "a marker must stand on the line before a fence")
                continue
        fence = FENCE.fullmatch(lines[index])
        if not fence:
            if FENCE_WITHIN_LINE.fullmatch(lines[index]):
                report(index, "a fence must begin its line")
            index += 1
            continue
        indent, ticks, info = fence.groups()
        closing = index + 1
        while closing < len(lines) and not re.fullmatch(rf"\s*{ticks}{ticks[0]}*\s*", lines[closing]):
            closing += 1
        if closing == len(lines):
            report(index, "the fence is not closed")
        else:
            found.append(Fence(index, closing, indent, ticks, info.split()[0] if info.split() else "", marker))
        index = closing + 1
    return found


def check_info(fence, report):
    info = fence.info.lower()
    if not info:
        report(fence.opening, "the fence must say what it holds: text, cpp, sh, ...")
    elif info in OTHER_SPELLINGS:
        report(fence.opening, f"write {OTHER_SPELLINGS[info]} instead of {fence.info}")
    elif info in PROVED and fence.marker is None:
        report(fence.opening, f"a fence of {info} needs a marker: code, output or by hand; docs/refresh.py has the forms")


def without_fences(lines, fences):
    lines = list(lines)
    for fence in fences:
        lines[fence.opening : fence.closing + 1] = [""] * (fence.closing + 1 - fence.opening)
    return "\n".join(lines)


def blanked(pattern, text):
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.DOTALL)


@functools.lru_cache(maxsize=None)
def anchors_of(path):
    """The names that GitHub gives to a document's headings, and those that the document gives itself."""
    lines = path.read_text(encoding="utf-8").split("\n")
    text = blanked(r"<!--.*?-->", without_fences(lines, fences_of(lines, lambda *_: None)))
    anchors = set(re.findall(r"<\w[^>]*\s(?:id|name)=[\"']([^\"']+)[\"']", text))
    for heading in HEADING.finditer(text):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1) or heading.group(2) or "")
        words = re.sub(r"</?\w[^>]*>", "", words)
        words = re.sub(r"(?<!\w)_(.+?)_(?!\w)", r"\1", words)
        kept = [c for c in words.strip().lower()
                if c in "- " or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in ("Nd", "Pc")]
        name = anchor = "".join(kept).replace(" ", "-")
        repeats = 0
        while anchor in anchors:
            repeats += 1
            anchor = f"{name}-{repeats}"
        anchors.add(anchor)
    return anchors


def check_links(document, lines, fences, report):
    text = blanked(r"<!--.*?-->", without_fences(lines, fences))
    text = blanked(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", text)  # code spans
    found = sorted((match.start(1), match.group(1).strip("<>")) for links in LINKS for match in links.finditer(text))
    for place, target in found:
        try:
            check_link(document, target)
        except Problem as problem:
            report(text.count("\n", 0, place), f"the link ({target}) {problem}")


def check_link(document, target):
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", target):
        return
    path, _, anchor = target.partition("#")
    path = unquote(path.split("?")[0])
    if not path and not anchor:
        raise Problem("is empty")
    base = ROOT if path.startswith("/") else document.parent
    file = Path(os.path.normpath(base / path.lstrip("/"))) if path else document
    if ROOT != file and ROOT not in file.parents:
        raise Problem("leads out of the project")
    if not file.exists():
        raise Problem("leads to no file")
    if not anchor:
        return
    if file.suffix == ".md":
        if unquote(anchor) not in anchors_of(file):
            raise Problem(f"names no heading of {file.relative_to(ROOT).as_posix()}")
        return
    lines = re.fullmatch(r"L(\d+)(?:-L(\d+))?", anchor)
    if not lines or not file.is_file():
        raise Problem("has an anchor that is no line of a file")
    if int(lines.group(2) or lines.group(1)) > len(file.read_bytes().splitlines()):
        raise Problem("names a line behind the end of the file")


# --- What fences should hold ----------------------------------------------------------------------------------------------


def lines_of(text):
    return [line.rstrip() for line in text.split("\n")] if text else []


def shown_code(path, region):
    """The lines of a file or of a region of it, without indentation in common and without lines that mark regions."""
    file = ROOT / path
    if not file.is_file():
        raise Problem(f"the marker's file {path} does not exist")
    lines = file.read_text(encoding="utf-8").split("\n")
    marks = [REGION.fullmatch(line) for line in lines]
    if region is None:
        first = next((i + 1 for i, line in enumerate(lines[:2]) if "SPDX-License-Identifier:" in line), 0)
        end = len(lines)
    else:
        begins = [i for i, mark in enumerate(marks) if mark and mark.groups() == ("", region)]
        ends = [i for i, mark in enumerate(marks) if mark and mark.groups() == ("/", region)]
        if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
            raise Problem(f"{path} must have one line '// [{region}]' and, after it, one line '// [/{region}]'")
        first, end = begins[0] + 1, ends[0]
    kept = [line for line, mark in zip(lines[first:end], marks[first:end]) if not mark]
    return lines_of(textwrap.dedent("\n".join(kept)).strip("\n"))


class Shell:
    """Runs one document's commands in a copy of examples/, with the rest of the project beside it."""

    def __init__(self, bin_dir):
        self.temporary = tempfile.TemporaryDirectory(prefix="election-docs-")
        self.folder = Path(self.temporary.name) / "examples"
        for entry in ROOT.iterdir():
            if entry.name == "examples":
                shutil.copytree(entry, self.folder)
            else:
                (Path(self.temporary.name) / entry.name).symlink_to(entry)
        self.folder.mkdir(exist_ok=True)
        path = os.pathsep.join([str(bin_dir), str(bin_dir / "examples"), os.environ.get("PATH", os.defpath)])
        self.environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TERM": "dumb",
                            "PYTHONDONTWRITEBYTECODE": "1"}

    def output_of(self, command, status, both):
        process = subprocess.Popen(["sh", "-e", "-c", command], cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT if both else subprocess.PIPE, start_new_session=True)
        try:
            printed, errors = process.communicate(timeout=TIME_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise Problem(f"`{command}` still ran after {TIME_LIMIT_SECONDS} s") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        if process.returncode != status:
            said = lines_of((printed if both else errors).decode(errors="replace").strip())
            because = f": {said[-1]}" if said else ""
            raise Problem(f"`{command}` has status {process.returncode}, must be {status}{because}")
        try:
            return lines_of(re.sub(r"\n\Z", "", printed.decode()))
        except UnicodeDecodeError:
            raise Problem(f"`{command}` prints what is not UTF-8") from None


def masked(line):
    for pattern, replacement in MASKS:
        line = pattern.sub(replacement, line)
    return line


def merged(old, fresh):
    """The fresh lines, but the old one wherever they differ only in what differs from run to run."""
    lines = []
    matcher = difflib.SequenceMatcher(None, list(map(masked, old)), list(map(masked, fresh)), autojunk=False)
    for kind, old_first, old_end, fresh_first, fresh_end in matcher.get_opcodes():
        lines += old[old_first:old_end] if kind == "equal" else fresh[fresh_first:fresh_end]
    return lines


# --- Documents ------------------------------------------------------------------------------------------------------------


class Refresher:
    def __init__(self, bin_dir, check):
        self.bin_dir = bin_dir
        self.check = check
        self.faults = 0

    def report(self, name, index, what):
        self.faults += 1
        print(f"{name}:{index + 1}: {what}", file=sys.stderr)

    def document(self, path):
        name = path.relative_to(ROOT).as_posix()
        report = functools.partial(self.report, name)
        try:
            lines = path.read_bytes().decode().split("\n")
        except FileNotFoundError:
            report(0, "is missing")
            return
        except UnicodeDecodeError:
            report(0, "is not UTF-8")
            return
        fences = fences_of(lines, report)
        shell = functools.lru_cache(maxsize=1)(lambda: Shell(self.bin_dir))
        edits = []
        for fence in fences:
            try:
                fresh = self.fresh_lines(fence, shell)
                edits += [] if fresh is None else self.edit(name, lines, fence, fresh)
            except Problem as problem:
                report(fence.opening - 1, problem)
        if edits and not self.check:
            fresh_document = list(lines)
            for first, end, fresh in reversed(edits):
                fresh_document[first:end] = fresh
            path.write_bytes("\n".join(fresh_document).encode())
        if name != "CONTRIBUTING.md":
            for fence in fences:
                check_info(fence, report)
        check_links(path, lines, fences, report)

    def fresh_lines(self, fence, shell):
        """What a fence should hold; nothing if that is not known."""
        code, output = CODE.fullmatch(fence.marker or ""), OUTPUT.fullmatch(fence.marker or "")
        if code:
            return shown_code(*code.groups())
        if output:
            both, status, command = output.groups()
            return shell().output_of(command, int(status or 0), both is not None)
        return None

    def edit(self, name, lines, fence, fresh):
        """[(first line, end, fresh lines)] of a fence that is stale, which is told, or nothing."""
        first, end = fence.opening + 1, fence.closing
        old = [re.sub(rf"^\s{{0,{len(fence.indent)}}}", "", line) for line in lines[first:end]]
        fresh = merged(old, fresh)
        if fresh == old:
            return []
        if any(re.match(rf"\s*{fence.ticks}", line) for line in fresh):
            raise Problem(f"the text has a line that begins with {fence.ticks}, which would end the fence")
        if self.check:
            self.faults += 1
            print("\n".join(difflib.unified_diff(old, fresh, f"{name}:{first}", fence.marker, lineterm="")))
        else:
            print(f"{name}:{first}: refreshed")
        return [(first, end, [fence.indent + line if line else "" for line in fresh])]


def main():
    parser = argparse.ArgumentParser(description="Keeps the code, the output and the links that the documents show true.")
    parser.add_argument("--check", action="store_true", help="change nothing; print what is stale")
    parser.add_argument("--bin", required=True, metavar="DIR", type=Path, help="folder of the program election")
    arguments = parser.parse_args()
    if not (arguments.bin / "election").is_file():
        parser.error(f"--bin: {arguments.bin} has no program election")

    refresher = Refresher(arguments.bin.resolve(), arguments.check)
    contributing = ROOT / "CONTRIBUTING.md"
    for path in [ROOT / "README.md", *([contributing] if contributing.exists() else []), *sorted(ROOT.glob("docs/*.md"))]:
        refresher.document(path)
    if refresher.faults:
        print(f"{refresher.faults} to mend; without --check docs/refresh.py rewrites stale fences", file=sys.stderr)
    return 1 if refresher.faults else 0


if __name__ == "__main__":
    sys.exit(main())
