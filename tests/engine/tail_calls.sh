#!/bin/sh
# SPDX-License-Identifier: MIT
# tail_calls.sh A64RUN: every operation of the evaluator goes on by a jump; one that calls the next uses up the stack.
objdump -d --no-show-raw-insn "$1" | awk '
    /^[0-9a-f]+ <.*>:$/ { name = $2; if (name ~ /^<run_/) functions++ }
    name ~ /^<run_/ && /call +\*/ && name != "<run_native>:" { # the way into compiled code
        print "FAIL: it calls the next operation: " name; bad = 1 }
    END { print functions " functions"; exit bad || functions < 300 }'
