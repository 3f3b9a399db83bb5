#!/bin/sh
# SPDX-License-Identifier: MIT
# How runs under MPI end: status, result file, time. Usage: ending.sh PROGRAM FOLDER MPIRUN...
set -eu
program=$1
work=$2
shift 2
rm -rf "$work"
mkdir -p "$work"

bad=0
fail() {
    echo "$*" >&2
    bad=1
}

# ends MODE STATUS: mpirun's status for three ranks in that mode; "any" is any failure.
ends() {
    mode=$1
    expected=$2
    shift 2
    status=0
    timeout 30 "$@" -n 3 "$program" "$mode" "$work/state" >"$work/$mode.log" 2>&1 </dev/null || status=$?
    if [ "$status" = 124 ]; then fail "$mode: hangs"; fi
    if [ "$expected" = any ]; then
        [ "$status" != 0 ] || fail "$mode: ends with status 0"
    elif [ "$status" != "$expected" ]; then
        fail "$mode: ends with status $status, not $expected"
        cat "$work/$mode.log" >&2
    fi
}
result() { [ "$(cat "$work/state.result" 2>&1)" = "all 20 steps" ] || fail "$mode: the result was not written"; }
says() { grep -q "$1" "$work/$mode.log" || fail "$mode: does not say '$1'"; }

ends orderly 0 "$@"
result
rm -f "$work/state.result"
ends wrong 1 "$@"
result
rm -f "$work/state.result"
ends stalled 0 "$@"
result
says "step 11: rank 2 has not voted within 0.5 s"
says "rank 2 is missing at the end"
rm -f "$work/state.result"
ends stalled_and_wrong 1 "$@"
result
rm -f "$work/state.result"
ends failed 2 "$@"
says "rank 1 cannot go on"
ends killed any "$@"
[ ! -f "$work/state.result" ] || fail "killed: there is a result"
ends resumed 0 "$@"
result

exit $bad
