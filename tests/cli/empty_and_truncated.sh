# SPDX-License-Identifier: MIT
# An ELF file cut off anywhere.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
: >empty
chmod +x empty
refuses 'empty' "$A64RUN" ./empty
size=$(wc -c <"$TOOL")
for kind in static static-pie dynamic; do
    for length in 1 3 4 5 16 20 52 63 64 65 100 120 200 400; do
        head -c $length "$GUEST/tool.$kind" >cut
        chmod +x cut
        refuses 'cut (truncat|short|cut|ELF|end)' "$A64RUN" -L "$SYSROOT" ./cut
    done
done
# Headers whole, contents missing.
for length in 4096 20000 $((size / 2)); do
    head -c $length "$TOOL" >cut
    chmod +x cut
    refuses 'cut (truncat|short|beyond|end)' "$A64RUN" ./cut
done
