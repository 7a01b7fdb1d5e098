# SPDX-License-Identifier: MIT
# A library is not found: that is the guest's dynamic linker speaking, with its own status.
. "$SOURCE_DIR/lib/common.sh"
echo 'int absent(void) { return 5; }' >absent.c
echo 'int absent(void); int main(void) { return absent(); }' >user.c
"$CC" -shared -fPIC -o libabsent.so absent.c && "$CC" -o user user.c -L. -labsent || fail 'cannot compile'
run "$A64RUN" -L "$SYSROOT" -E LD_LIBRARY_PATH="$PWD" ./user
ends_with 'exit 5'
rm libabsent.so
run "$A64RUN" -L "$SYSROOT" ./user
ends_with 'exit 127'
grep -q 'error while loading shared libraries: libabsent.so' err || fail "not the dynamic linker's message"
[ "$(wc -l <err)" = 1 ] || fail 'more than one line'
