#!/bin/sh
# SPDX-License-Identifier: MIT
# loops.sh SCRATCH CC EMULATOR SEED...: random loops (loops.awk) do the same evaluated and compiled, however soon.
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1" || exit 2
cc=$2 emulator=$3
shift 3
unset A64RUN_TIER A64RUN_THRESHOLD
export A64RUN_SAVED=off
bad=0
for seed; do
    awk -v seed="$seed" -f "$here/loops.awk" >loops.c && "$cc" -O1 -static -o loops loops.c || exit 2
    "$emulator" --tier=eval ./loops >evaluated || { echo "seed $seed: the evaluator's run ends with $?"; exit 1; }
    [ "$(wc -l <evaluated)" = 3200 ] || { echo "seed $seed: $(wc -l <evaluated) lines"; exit 1; }
    for tier in t1-1 t1 t2-1 t2 t2-5; do
        "$emulator" --tier=$tier ./loops >compiled || { echo "seed $seed, $tier: exit $?"; bad=1; }
        cmp -s evaluated compiled || { echo "seed $seed, $tier: $(diff evaluated compiled | sed -n 2p)"; bad=1; }
    done
done
exit $bad
