#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header begins with the licence, one sentence on what it gives, and #pragma once; every other source with the licence.
# Usage: heads.sh PROJECT
set -eu
LC_ALL=C
export LC_ALL
cd "$1"

spdx="SPDX-License-Identifier: MIT"
bad=0
fail() {
    echo "$*" >&2
    bad=1
}

# Fails with the reason, in awk's words, or says nothing.
for header in $(find include program tests bench examples -name '*.hpp' | sort); do
    reason=$(awk -v spdx="// $spdx" '
        NR == 1 { if ($0 != spdx) { print "line 1 must be " spdx; exit } next }
        /^\/\/ / { sentence = sentence substr($0, 3); next }
        {
            if (sentence == "") print "line 2 must say in one sentence what the header gives"
            else if (sentence !~ /\.$/) print "the sentence on what the header gives must end with a full stop"
            else if (sentence ~ /[.] [A-Z]/) print "what the header gives must be said in one sentence"
            else if ($0 != "#pragma once") print "#pragma once must follow the sentence"
            seen = 1
            exit
        }
        END { if (NR < 3) print "is empty" }' "$header")
    [ -z "$reason" ] || fail "$header: $reason"
done

for file in $(find . -path './build*' -prune -o -path './.*' ! -path ./.ci ! -path './.ci/*' -prune -o -type f \
    \( -name '*.cpp' -o -name '*.cmake' -o -name CMakeLists.txt -o -name '*.sh' -o -name '*.py' -o -path './.ci/run' \) -print |
    sort); do
    head -n 2 "$file" | grep -q "^[#/]* $spdx\$" || fail "$file: the licence is missing; line 1 (2 after #!) must be $spdx"
done

exit $bad
