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
