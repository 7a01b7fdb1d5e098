#!/bin/sh
# SPDX-License-Identifier: MIT
# bisect.sh [--test COMMAND] [A64RUN-OPTION...] -- PROGRAM [ARGUMENT...]: finds the block, and the pass over it or the
# operation in it, whose compilation makes the program behave otherwise than it does in the evaluator. What counts is its
# exit status and what it writes to standard output; with --test, whether the shell command COMMAND succeeds,
# which is to run "$@". Programs must do the same every time, and have no standard input.
# Environment: A64RUN, and A64RUN_TIER for the runs that go wrong (t1-1: everything is compiled).
set -u
a64run=${A64RUN:-a64run}
tier=${A64RUN_TIER:-t1-1}
here=$(dirname "$0")
check=

fail()
{
    echo "bisect: $*" >&2
    exit 2
}

[ "${1-}" != --test ] || { [ $# -ge 2 ] || fail '--test needs a command'; check=$2; shift 2; }
case " $* " in *' -- '?*) ;; *) fail 'usage: bisect.sh [--test COMMAND] [A64RUN-OPTION...] -- PROGRAM [ARGUMENT...]' ;; esac
all_passes=2147483647
passes=$all_passes # that are made
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
runs=0

# run TIER BLOCKS LOG-OPTIONS WORD...: how the program behaves, in $behaviour.
run()
{
    A64RUN_TIER=$1 A64RUN_COMPILE=$2 A64RUN_LOG=$3 A64RUN_LOG_FILENAME=$work/log A64RUN_PASS_LIMIT=$passes
    export A64RUN_TIER A64RUN_COMPILE A64RUN_LOG A64RUN_LOG_FILENAME A64RUN_PASS_LIMIT
    shift 3
    runs=$((runs + 1))
    [ ! -t 2 ] || printf 'bisect: run %d' "$runs" >&2
    if [ -n "$check" ]; then
        behaviour=good
        sh -c "$check" sh "$a64run" "$@" </dev/null >/dev/null 2>&1 || behaviour=bad
    else
        "$a64run" "$@" </dev/null >"$work/out" 2>/dev/null
        behaviour="status $?, output $(cksum <"$work/out")"
    fi
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

everything=0-ffffffffffffffff
run eval $everything nochain "$@"
right=$behaviour
run "$tier" $everything compile "$@"
wrong=$behaviour
[ "$right" != "$wrong" ] || fail "no difference between --tier=eval and --tier=$tier ($right)"
sed -n 's/^compile 0x\([0-9a-f]*\) .*/\1/p' "$work/log" | sort -u >"$work/blocks"
count=$(wc -l <"$work/blocks")
echo "evaluated: $right; compiled: $wrong; $count blocks"

block() { sed -n "$1p" "$work/blocks"; }

# goes_wrong BLOCKS WORD...: whether the program does with only these compiled.
goes_wrong()
{
    blocks=$1
    shift
    run "$tier" "$blocks" nochain "$@"
    [ "$behaviour" != "$right" ]
}

# The fewest first blocks that suffice: the last of them is needed.
low=0 high=$count
while [ $((high - low)) -gt 1 ]; do
    middle=$(((low + high) / 2))
    if goes_wrong "0-$(block $middle)" "$@"; then high=$middle; else low=$middle; fi
done
culprit=$(block $high)
first=$culprit
if ! goes_wrong "$culprit-$culprit" "$@"; then
    low=0 last=$high # the last first block from which on they suffice
    while [ $((last - low)) -gt 1 ]; do
        middle=$(((low + last) / 2))
        if goes_wrong "$(block $middle)-$culprit" "$@"; then low=$middle; else last=$middle; fi
    done
    [ $low -gt 0 ] || low=1
    first=$(block $low)
fi

[ "$first" = "$culprit" ] ||
    echo "goes wrong only with the blocks from 0x$first to 0x$culprit compiled together"

# Right without the passes over these blocks: then one of them it is.
passes=0
if ! goes_wrong "$first-$culprit" "$@"; then
    passes=$all_passes
    run "$tier" "$first-$culprit" nochain,passes "$@"
    low=0 high=$(grep -c '^pass ' "$work/log")
    while [ $((high - low)) -gt 1 ]; do
        passes=$(((low + high) / 2))
        if goes_wrong "$first-$culprit" "$@"; then high=$passes; else low=$passes; fi
    done
    passes=$high
    run "$tier" "$first-$culprit" nochain,passes "$@"
    pass=$(sed -n "s/^pass $high \([a-z_]*\) .*/\1/p" "$work/log")
    pc=$(sed -n "s/^pass $high [a-z_]* //p" "$work/log")
    A64RUN_DUMP_AFTER=$pass
    export A64RUN_DUMP_AFTER
    run "$tier" "$first-$culprit" nochain "$@"
    echo "block $pc goes wrong by the pass $pass over it, the $high. of these blocks:"
    awk '/^#/ { next } /^pass / { text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$work/log"
    echo
    echo "$runs runs; the same again: A64RUN_TIER=$tier A64RUN_COMPILE=$first-$culprit A64RUN_PASS_LIMIT=$high a64run $*"
    exit 0
fi
passes=$all_passes

run "$tier" "$first-$culprit" nochain,compile,opt,x64 "$@"
size=$(sed -n "/^block 0x$culprit: x86-64/,/^  out of line/p" "$work/log" | grep -c '^    [a-z]')
low=-1 high=$size # with as many operations compiled it is right / wrong
while [ $((high - low)) -gt 1 ]; do
    middle=$(((low + high) / 2))
    if goes_wrong "$first-$culprit/$middle" "$@"; then high=$middle; else low=$middle; fi
done

run "$tier" "$first-$culprit" nochain,compile,opt,x64 "$@"
awk -v block="0x$culprit" -v wanted="$high" '
    $0 ~ "^block " block ": x86-64" { on = 1 }
    on && /^  0x/ { insn = $0 }
    on && /^    [a-z]/ && ++n == wanted { print insn; print; exit }
    on && /^  out of line/ { exit }' "$work/log" >"$work/operation"
echo "block 0x$culprit goes wrong when it is compiled"
if [ "$high" = 0 ]; then
    echo "with all its operations but branches and moves left to the evaluator, too"
else
    echo "what makes the difference is operation $high of $size:"
    cat "$work/operation"
fi
echo
sed -n "/^block 0x$culprit$/,/^  out of line/p" "$work/log" | awk -v block="block 0x$culprit" '
    # The same block may have been compiled several times: the last.
    $0 == block { text = ""; } { text = text $0 "\n" } END { printf "%s", text }' | sh "$here/x64.sh"
echo "$runs runs; the same again: A64RUN_TIER=$tier A64RUN_COMPILE=$first-$culprit a64run $*"
