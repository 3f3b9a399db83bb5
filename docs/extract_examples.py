#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gathers the \\code … \\endcode examples of all headers into one C++ program, each in a function of its own.

Usage: extract_examples.py INCLUDE_DIR OUTPUT.cpp [FOLDER ...]

The headers of FOLDERs of INCLUDE_DIR are left out: those that need what is not there.

A #line before each example makes compile errors and failed assertions name the header. #include lines of an example go to
the top of the program; beyond the library, <cassert>, <sstream>, <string>, <utility> and <vector> are there already.
"""

import re
import sys
from pathlib import Path

COMMENT = re.compile(r"\s*///(?![/<]) ?(.*)")

PROLOGUE = """\
// SPDX-License-Identifier: MIT
// The examples of the headers' comments; docs/extract_examples.py wrote this file.
#include <election/election.hpp>

#include <cassert>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#ifdef NDEBUG
#error "the examples assert: compile with -UNDEBUG"
#endif
"""

RUN = """
static int failures = 0;

static void run(const char* place, void (*example)()) {
    try {
        example();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s: throws: %s\\n", place, failure.what());
        ++failures;
    }
}
"""

MAIN = """
int main() {{
{calls}    std::puts("{count} examples");
    return failures == 0 ? 0 : 1;
}}
"""


class BadComment(Exception):
    """What is wrong, as "FILE:LINE: what"."""


def examples_of(text, name):
    """Yields (number of the line that begins the example, its lines)."""
    begin = None
    for number, line in enumerate(text.split("\n"), 1):
        comment = COMMENT.fullmatch(line)
        content = comment.group(1) if comment else line
        opens, closes = re.search(r"\\code\b", content), re.search(r"\\endcode\b", content)
        if opens or closes:
            if not comment or content.strip() not in ("\\code", "\\endcode"):
                raise BadComment(f"{name}:{number}: \\code and \\endcode must stand alone on a /// line")
            if bool(opens) == (begin is not None):
                what = "\\code inside an example" if opens else "\\endcode without \\code"
                raise BadComment(f"{name}:{number}: {what}")
            if closes:
                if not any(code.strip() for code in lines):
                    raise BadComment(f"{name}:{number}: the example is empty")
                yield begin, lines
            begin, lines = (number + 1, []) if opens else (None, None)
        elif begin is not None:
            if not comment:
                raise BadComment(f"{name}:{number}: the comment ends inside an example")
            lines.append(content)
    if begin is not None:
        raise BadComment(f"{name}:{begin - 1}: \\code without \\endcode")


def program_of(include_dir, left_out):
    includes, functions, calls = [], [], []
    for header in sorted(include_dir.rglob("*.hpp"), key=lambda path: path.relative_to(include_dir).parts):
        if any(header.is_relative_to(include_dir / folder) for folder in left_out):
            continue
        name = f"{include_dir.name}/{header.relative_to(include_dir).as_posix()}"
        for begin, lines in examples_of(header.read_bytes().decode(errors="replace"), name):
            function = f"example_{len(functions) + 1}"
            includes += [line for line in lines if line.startswith("#include")]
            body = "\n".join("" if line.startswith("#include") else f"    {line}".rstrip() for line in lines)
            functions.append(f'\nstatic void {function}() {{\n#line {begin} "{name}"\n{body}\n}}\n')
            calls.append(f'    run("{name}:{begin}", {function});\n')
    if not functions:
        raise BadComment(f"{include_dir}: no header has an example")
    main = MAIN.format(calls="".join(calls), count=len(calls))
    return PROLOGUE + "".join(f"{line}\n" for line in sorted(set(includes))) + RUN + "".join(functions) + main


def main(arguments):
    if len(arguments) < 2:
        sys.exit("usage: extract_examples.py INCLUDE_DIR OUTPUT.cpp [FOLDER ...]")
    include_dir, output = Path(arguments[0]).resolve(), Path(arguments[1])
    try:
        output.write_text(program_of(include_dir, arguments[2:]), encoding="utf-8")
    except (BadComment, OSError) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(sys.argv[1:])
