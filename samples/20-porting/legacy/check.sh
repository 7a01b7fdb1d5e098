#!/bin/sh
# SPDX-License-Identifier: MIT
set -e
echo "one two" | ./words | grep '^ONE TWO$'
./words </dev/null
