# SPDX-License-Identifier: MIT
# Without -L the emulator finds a sysroot by itself; when none fits it says where it looked.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
[ -e "$SYSROOT/lib/ld-linux-aarch64.so.1" ] || skip "no sysroot at $SYSROOT"
succeeds 'Hello, World!' "$A64RUN" "$TOOL_DYNAMIC"
