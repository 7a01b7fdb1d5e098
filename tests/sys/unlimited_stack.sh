#!/bin/sh
# SPDX-License-Identifier: MIT
# With an unlimited stack the kernel begins its mappings low, among the guest's addresses.
if ! ulimit -s unlimited 2>/dev/null; then
    echo "SKIP: the limit on the stack cannot be raised here"
    exit 77
fi
mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 2
exec "$A64RUN" "$BIN/fixed_maps"
