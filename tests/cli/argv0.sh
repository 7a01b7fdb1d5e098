# SPDX-License-Identifier: MIT
# -0 and its variables set argv[0].
. "$SOURCE_DIR/lib/common.sh"
succeeds '0 [another name]
1 [args]' "$A64RUN" -0 'another name' "$TOOL" args
for prefix in QEMU A64RUN; do
    case $A64RUN$prefix in *qemu*A64RUN) continue ;; esac
    succeeds '0 [by-variable]
1 [args]' env ${prefix}_ARGV0=by-variable "$A64RUN" "$TOOL" args
done
