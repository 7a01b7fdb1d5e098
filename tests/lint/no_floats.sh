#!/bin/sh
# SPDX-License-Identifier: MIT
# no_floats.sh SOURCE-DIR: the modules that run while the host's floating-point unit has the guest's modes (system calls
# made by compiled code, engine/engine.h) compute with integers only.
set -u
cd "$1/emulator" || exit 2
found=$(grep -rnE '\b(double|float)\b|%[0-9.]*f|\b[0-9]+(\.[0-9]+|e[0-9]+) *[*/;)]|[*/] *[0-9]+(\.[0-9]+|e[0-9]+)\b' --include='*.[ch]' base linux 2>/dev/null |
    grep -vE ':[0-9]+: *(//|\*)')
[ -z "$found" ] && exit 0
echo "$found" | sed 's/^/FAIL: floating point: emulator\//'
exit 1
