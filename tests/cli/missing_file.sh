# SPDX-License-Identifier: MIT
. "$SOURCE_DIR/lib/common.sh"
only_a64run
refuses 'no/such/program (no.such.file|not.found|does.not.exist)' "$A64RUN" no/such/program
refuses 'missing' "$A64RUN" ./missing
: >file
refuses 'file/inside' "$A64RUN" file/inside
ln -s loop loop
refuses 'loop' "$A64RUN" loop
refuses '(no.such|empty)' "$A64RUN" ''
# A name that exists only in PATH is not looked up there; the message names what was asked for.
refuses 'true' "$A64RUN" true
