# SPDX-License-Identifier: MIT
# -L and its variables: where the interpreter and the libraries are.
. "$SOURCE_DIR/lib/common.sh"
[ -e "$SYSROOT/lib/ld-linux-aarch64.so.1" ] || skip "no sysroot at $SYSROOT"
succeeds 'Hello, World!' "$A64RUN" -L "$SYSROOT" "$TOOL_DYNAMIC"
succeeds 'Hello, World!' env QEMU_LD_PREFIX="$SYSROOT" "$A64RUN" "$TOOL_DYNAMIC"
mkdir -p 'other root/lib'
cp -L "$SYSROOT/lib/ld-linux-aarch64.so.1" "$SYSROOT/lib/libc.so.6" 'other root/lib/'
succeeds 'Hello, World!' "$A64RUN" -L 'other root' "$TOOL_DYNAMIC"
succeeds 'Hello, World!' "$A64RUN" -L "$PWD/other root/" "$TOOL_DYNAMIC"
# The option wins over the variable.
succeeds 'Hello, World!' env QEMU_LD_PREFIX=/nonexistent "$A64RUN" -L "$SYSROOT" "$TOOL_DYNAMIC"
only_a64run
succeeds 'Hello, World!' env A64RUN_LD_PREFIX="$SYSROOT" "$A64RUN" "$TOOL_DYNAMIC"
succeeds 'Hello, World!' env A64RUN_LD_PREFIX="$SYSROOT" QEMU_LD_PREFIX=/nonexistent "$A64RUN" "$TOOL_DYNAMIC"
