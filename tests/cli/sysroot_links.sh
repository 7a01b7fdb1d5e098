# SPDX-License-Identifier: MIT
# An absolute link in the folder given with -L means a place in that folder: for the interpreter, for libraries, and
# when it is a folder at the top ("/lib") that is the link.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
mkdir -p plain/usr/lib files/lib files/usr folder/usr relative/usr
cp -L "$SYSROOT/lib/ld-linux-aarch64.so.1" "$SYSROOT/lib/libc.so.6" plain/usr/lib
cp -r plain/usr/lib files/usr/lib
for name in ld-linux-aarch64.so.1 libc.so.6; do
    ln -s "/usr/lib/$name" "files/lib/$name"
done
cp -r plain/usr/lib folder/usr/lib
ln -s /usr/lib folder/lib
cp -r plain/usr/lib relative/usr/lib
ln -s usr/lib relative/lib
for root in files folder relative relative/ "$PWD/relative//"; do
    succeeds 'Hello, World!' "$A64RUN" -L "$root" "$TOOL_DYNAMIC"
done
# A link to nowhere is no interpreter, and a loop ends.
rm files/lib/ld-linux-aarch64.so.1
ln -s /no/such/file files/lib/ld-linux-aarch64.so.1
refuses 'files/lib/ld-linux-aarch64.so.1' "$A64RUN" -L files "$TOOL_DYNAMIC"
ln -sf /lib/ld-linux-aarch64.so.1 files/lib/ld-linux-aarch64.so.1
refuses 'files/lib/ld-linux-aarch64.so.1' "$A64RUN" -L files "$TOOL_DYNAMIC"
