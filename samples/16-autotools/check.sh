#!/bin/sh
# SPDX-License-Identifier: MIT
# A test that knows nothing of emulators.
test "$(./greet)" = "greet 1.0, long double has 16 bytes"
