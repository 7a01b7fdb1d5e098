#!/bin/sh
# SPDX-License-Identifier: MIT
# Processes that share memory and are killed while they write the trace or the log leave others able to write, and whole
# lines of JSON.
set -eu
cd "$(mkdir -p "$SCRATCH" && cd "$SCRATCH" && pwd)"
rm -f log trace.json
"$A64RUN" -d strace,in_asm,int,mm -D log "$BIN/killed_in_library" 20 > out || { echo "with a log: exit status $?"; exit 1; }
grep -q ' 0 failures' out
grep -q 'execve("/nowhere/at/all"' log || { echo "nothing in the log"; exit 1; }
"$A64RUN" -strace --trace-file=trace.json "$BIN/killed_in_library" 20 > out || { echo "with a trace: exit status $?"; exit 1; }
grep -q ' 0 failures' out
if grep -vq '^{.*}$' trace.json; then
    echo "lines that are not whole:"
    grep -v '^{.*}$' trace.json | head -n 3
    exit 1
fi
