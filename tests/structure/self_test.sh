#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests the other scripts here: each must accept a copy of the project and reject it when it is broken. Usage: self_test.sh PROJECT
set -eu
project=$1
scripts=$project/tests/structure
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

fresh_copy() {
    rm -rf "$work/copy"
    mkdir "$work/copy"
    for part in include program tests bench examples docs; do cp -R "$project/$part" "$work/copy/"; done
}

# rejects SCRIPT MESSAGE: the script must fail on the copy that was just broken, and say why.
rejects() {
    if sh "$scripts/$1" "$work/copy" >"$work/out" 2>&1; then
        echo "$1 accepts a project with this fault: $2" >&2
        bad=1
    elif ! grep -qF "$2" "$work/out"; then
        echo "$1 does not say '$2' but:" >&2
        cat "$work/out" >&2
        bad=1
    fi
    fresh_copy
}

fresh_copy
cd "$work/copy"
core=include/election/core/error.hpp
cp "$work/copy/$core" "$work/error.hpp"

echo '#include <election/bits/aligned.hpp>' >>"$work/copy/$core"
rejects layers.sh "$core: includes election/bits/aligned.hpp; layer core may include only core"
echo '#include <election/codes.hpp>' >>"$work/copy/include/election/io/text.hpp"
rejects layers.sh "include/election/io/text.hpp: includes the umbrella election/codes.hpp"
echo '#include "source.hpp"' >>"$work/copy/include/election/io/text.hpp"
rejects layers.sh "include/election/io/text.hpp: includes with quotes"
cp "$work/error.hpp" "$work/copy/include/election/core/extra.hpp"
rejects layers.sh "include/election/core.hpp: must include every header of its folder"
mkdir "$work/copy/include/election/extra"
rejects layers.sh "include/election/extra: is no layer"
grep -v '<election/io.hpp>' "$project/include/election/election.hpp" >"$work/copy/include/election/election.hpp"
rejects layers.sh "include/election/election.hpp: does not include <election/io.hpp>"
echo '#include <election/tbb.hpp>' >>"$work/copy/include/election/election.hpp"
rejects layers.sh "include/election/election.hpp: includes <election/tbb.hpp>, which is optional"
echo '#include <election/tbb/tbb_executor.hpp>' >>"$work/copy/include/election/verify/verify.hpp"
rejects layers.sh "include/election/verify/verify.hpp: includes election/tbb/tbb_executor.hpp; layer verify may include only"
cp "$work/error.hpp" "$work/copy/include/election/tbb/extra.hpp"
rejects layers.sh "include/election/tbb.hpp: must include every header of its folder"
rm -r "$work/copy/include/election/tbb"
rejects layers.sh "include/election/tbb: is missing"
grep -v '│ io/' "$project/docs/architecture.md" >"$work/copy/docs/architecture.md"
rejects layers.sh "docs/architecture.md: draws the layers as"

cp "$work/error.hpp" "$work/copy/include/election/core/extra.hpp"
rejects mirror.sh "include/election/core/extra.hpp: has no test; write tests/core/extra.test.cpp"
cp "$work/copy/tests/core/progress.test.cpp" "$work/copy/tests/core/extra.test.cpp"
rejects mirror.sh "tests/core/extra.test.cpp: mirrors no header"
sed 's|#include <election/core/progress.hpp>|#include <cstdint>|' "$project/tests/core/progress.test.cpp" \
    >"$work/copy/tests/core/progress.test.cpp"
rejects mirror.sh "tests/core/progress.test.cpp: must include <election/core/progress.hpp> first"

sed 1d "$work/error.hpp" >"$work/copy/$core"
rejects heads.sh "$core: line 1 must be"
sed 2d "$work/error.hpp" >"$work/copy/$core"
rejects heads.sh "$core: line 2 must say in one sentence"
sed '2s/\.$//' "$work/error.hpp" >"$work/copy/$core"
rejects heads.sh "$core: the sentence on what the header gives must end"
sed '2s/\.$/. And more./' "$work/error.hpp" >"$work/copy/$core"
rejects heads.sh "$core: what the header gives must be said in one sentence"
sed '/#pragma once/d' "$work/error.hpp" >"$work/copy/$core"
rejects heads.sh "$core: #pragma once must follow"
sed 1d "$project/tests/CMakeLists.txt" >"$work/copy/tests/CMakeLists.txt"
rejects heads.sh "tests/CMakeLists.txt: the licence is missing"

exit $bad
