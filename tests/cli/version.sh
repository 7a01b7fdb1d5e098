# SPDX-License-Identifier: MIT
. "$SOURCE_DIR/lib/common.sh"
run "$A64RUN" -version
ends_with 'exit 0'
quiet
grep -qE '[0-9]+\.[0-9]+' out || fail 'no version number'
only_a64run
run "$A64RUN" --version
ends_with 'exit 0'
head -n 1 out | grep -qE '^a64run.* [0-9]+\.[0-9]+\.[0-9]+' || fail 'does not say who it is'
