#!/bin/sh
# SPDX-License-Identifier: MIT
# A thousand threads and children of each kind (leaks.c) leave nothing behind in the emulator: neither mappings nor memory.
set -u
mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 2

# What waits for the next thread comes and goes with the load of the machine, 8 MiB have been seen; a leak is there each time.
leaks() { # TIER: whether it has more in the end than at first
    rm -f in out
    mkfifo in out || exit 2
    A64RUN_TIER=$1 "$A64RUN" "$BIN/leaks" look <in >out &
    pid=$!
    exec 3>in 4<out
    for when in first last; do
        read -r line <&4
        [ "$line" = $when ] || { echo "FAIL: $1: it said: $line"; exit 1; }
        maps=$(wc -l <"/proc/$pid/maps")
        resident=$(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")
        echo "$1, $when: $maps mappings, $resident KiB"
        [ $when = first ] && maps_first=$maps resident_first=$resident
        echo go >&3
    done
    read -r line <&4
    echo "$1: $line"
    exec 3>&- 4<&-
    wait $pid || { echo "FAIL: $1: exit status $?"; exit 1; }
    [ "$maps" -gt $((maps_first + 64)) ] || [ "$resident" -gt $((resident_first + 2048)) ]
}
for tier in eval t1-1; do
    tries=3
    while leaks $tier; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "FAIL: $tier: it has more in the end than at first"; exit 1; }
    done
done
exit 0
