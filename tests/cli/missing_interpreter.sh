# SPDX-License-Identifier: MIT
# The dynamic linker of the program is not there: name it, the places, and the way out.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
mkdir empty
refuses 'ld-linux-aarch64.so.1 tool.dynamic empty -L' "$A64RUN" -L "$PWD/empty" "$TOOL_DYNAMIC"
echo 'int main(void) { return 0; }' >odd.c
"$CC" -o odd -Wl,-dynamic-linker=/no/such/ld.so odd.c || fail 'cannot compile'
refuses '/no/such/ld.so odd -L' "$A64RUN" ./odd
refuses '/no/such/ld.so odd' "$A64RUN" -L "$SYSROOT" ./odd
# An interpreter that is not one.
mkdir -p wrong/lib
cp /bin/true wrong/lib/ld-linux-aarch64.so.1
refuses 'ld-linux-aarch64.so.1 x86-64' "$A64RUN" -L "$PWD/wrong" "$TOOL_DYNAMIC"
: >wrong/lib/ld-linux-aarch64.so.1
refuses 'ld-linux-aarch64.so.1' "$A64RUN" -L "$PWD/wrong" "$TOOL_DYNAMIC"
# What was given with -L is no folder.
refuses 'odd.c/lib/ld-linux odd.c.is.not.a.folder' "$A64RUN" -L odd.c "$TOOL_DYNAMIC"
refuses '/none.is.not.a.folder' "$A64RUN" -L /none "$TOOL_DYNAMIC"
# A relative name is looked for where the user is, in no sysroot; another C library has another way out.
"$CC" -o relative -Wl,-dynamic-linker=ld.so odd.c || fail 'cannot compile'
refuses 'looked.for:.ld.so; absolute' "$A64RUN" -L "$SYSROOT" ./relative
"$CC" -o musl -Wl,-dynamic-linker=/lib/ld-musl-aarch64.so.1 odd.c || fail 'cannot compile'
refuses 'ld-musl-aarch64 Alpine' "$A64RUN" ./musl
grep -q libc6-arm64-cross err && fail 'the wrong package for musl'
exit 0
