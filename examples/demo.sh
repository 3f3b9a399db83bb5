#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job: exact tolerances of the paper's codes and of two that fail, each with the election that shows it.
# Usage: demo.sh PROGRAM   (from the folder of this script)
set -eu
election=$1

say() { printf '\n%s\n\n' "$*"; }

say "== 1. The paper's deterministic code, 5 workers, made to tolerate 1 liar =="
"$election" generate deterministic --n 5 --b 1
echo
"$election" generate deterministic --n 5 --b 1 | "$election" verify -
say "Read the drawing as an election: the first line is what the five parts of the data say, the truth is their majority. Each
worker sees only its own parts and votes for their majority; a fooled worker is honest, but its parts mislead it. No election is
worse than this one: all of the fewest-votes elections were examined, and docs/nearest-elections.md proves that they suffice."

say "== 2. The same family with 15 workers, made to tolerate 3 liars =="
"$election" generate deterministic --n 15 --b 3 | "$election" verify -

say "== 3. A published example that was said to tolerate 1 liar (a reconstruction) =="
"$election" verify codes/reconstruction.txt
say "The margin is 1: three honest workers outvote two. One liar among the three turns the result, so this code tolerates none."
say "Is it safe against 1 liar? The exit status answers scripts: 0 yes, 1 no."
if "$election" verify codes/reconstruction.txt --tolerates 1 >/dev/null; then echo "status 0: yes"; else echo "status $?: no"; fi

say "== 4. A random code that errs although nobody lies =="
"$election" generate bernoulli --n 7 --k 7 --p 0.4 --seed 1 | "$election" verify -
