#!/bin/sh
# SPDX-License-Identifier: MIT
# A thousand threads and children of each kind (leaks.c) leave nothing behind in the emulator: neither mappings nor memory.
set -u
mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 2
bad=0
for tier in eval t1-1; do
    rm -f in out
    mkfifo in out || exit 2
    A64RUN_TIER=$tier "$A64RUN" "$BIN/leaks" look <in >out &
    pid=$!
    exec 3>in 4<out
    for when in first last; do
        read -r line <&4
        [ "$line" = $when ] || { echo "FAIL: $tier: it said: $line"; bad=1; break; }
        maps=$(wc -l <"/proc/$pid/maps")
        resident=$(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")
        echo "$tier, $when: $maps mappings, $resident KiB"
        [ $when = first ] && maps_first=$maps resident_first=$resident
        echo go >&3
    done
    read -r line <&4
    echo "$tier: $line"
    exec 3>&- 4<&-
    wait $pid || { echo "FAIL: $tier: exit status $?"; bad=1; }
    [ $bad -eq 0 ] || break
    # What waits for the next thread comes and goes with the load of the machine; a leak would be a thousand.
    [ "$maps" -le $((maps_first + 64)) ] || { echo "FAIL: $tier: mappings: $maps_first before, $maps after"; bad=1; }
    [ "$resident" -le $((resident_first + 2048)) ] || { echo "FAIL: $tier: KiB: $resident_first before, $resident after"; bad=1; }
done
exit $bad
