#!/bin/sh
# SPDX-License-Identifier: MIT
# All benchmarks: native, a64run and other emulators side by side. They judge nothing: timings are no
# tests. bench/README.md says what is measured and how; bench/run.sh -h lists the options.
exec python3 -B "$(dirname "$0")/runner/main.py" "$@"
