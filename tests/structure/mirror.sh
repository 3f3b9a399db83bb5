#!/bin/sh
# SPDX-License-Identifier: MIT
# include/election/a/x.hpp, tests/a/x.test.cpp and bench/a/x.bench.cpp have one stem. Usage: mirror.sh PROJECT
set -eu
LC_ALL=C
export LC_ALL
cd "$1"

# Headers without a test and tests without a header: "file: reason", one a line.
exceptions="tests/verify/known_codes.test.cpp: published figures, held against several headers
tests/verify/theory.test.cpp: theorems of docs/redundancy.md, held against several headers
tests/estimate/exact_against_sampled.test.cpp: two layers, held against each other
tests/train/sparse_against_dense.test.cpp: sparse gradients held against dense ones, over momentum that is rescaled
tests/verify/optimality.test.cpp: the table of fewest ones, its small entries proved by search"

bad=0
fail() {
    echo "$*" >&2
    bad=1
}

is_exception() { printf '%s\n' "$exceptions" | grep -q "^$1: ."; }

for header in include/election/*/*.hpp; do
    stem=${header#include/election/}
    stem=${stem%.hpp}
    if [ -f "tests/$stem.test.cpp" ]; then
        if is_exception "$header"; then fail "$header: has a test; take it off the list of exceptions"; fi
        first=$(grep '^#include' "tests/$stem.test.cpp" | head -n 1)
        [ "$first" = "#include <election/$stem.hpp>" ] ||
            fail "tests/$stem.test.cpp: must include <election/$stem.hpp> first, which shows that it needs nothing before it"
    else
        is_exception "$header" || fail "$header: has no test; write tests/$stem.test.cpp"
    fi
done

printf '%s\n' "$exceptions" | while IFS=: read -r header reason; do
    [ -z "$header" ] || [ -f "$header" ] || echo "$header"
done | { ! grep . >&2; } || fail "mirror.sh: exceptions that do not exist"

for layer in include/election/*/; do
    layer=$(basename "$layer")
    for file in "tests/$layer"/*.test.cpp "bench/$layer"/*.bench.cpp; do
        [ -f "$file" ] || continue
        stem=${file#*/}
        stem=${stem%.*.cpp}
        [ -f "include/election/$stem.hpp" ] || is_exception "$file" || fail "$file: mirrors no header; include/election/$stem.hpp does not exist"
    done
done

exit $bad
