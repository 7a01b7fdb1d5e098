# SPDX-License-Identifier: MIT
. "$SOURCE_DIR/lib/common.sh"
only_a64run
refuses 'bogus -h' "$A64RUN" -bogus "$TOOL"
refuses 'bogus -h' "$A64RUN" --bogus "$TOOL"
refuses 'bogus' "$A64RUN" -strace -bogus "$TOOL"
refuses 'program -h' "$A64RUN"
refuses 'program -h' "$A64RUN" -strace
