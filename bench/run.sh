#!/bin/sh
# SPDX-License-Identifier: MIT
# All benchmarks, as tables for people. They judge nothing: timings are no tests.
#   A64RUN=build/emulator/a64run bench/run.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/startup.sh"
sh "$here/compute.sh"
