#!/bin/sh
# SPDX-License-Identifier: MIT
# tour.sh SOURCE-DIR A64RUN: the dumps in docs/tour.md are those of its program today, and the row is the one in the source.
set -u
doc=$1/docs/tour.md a64run=$2 cc=aarch64-linux-gnu-gcc
command -v $cc >/dev/null || { echo "SKIP: no $cc here (package gcc-aarch64-linux-gnu)"; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
block() { # block KIND: what stands in the document between ```KIND and ```
    awk -v start="\`\`\`$1" '$0 == start { inside = 1; next } $0 == "```" { inside = 0 } inside' "$doc"
}
block asm >"$dir/tour.s"
block text >"$dir/want"
block c >"$dir/row"
for f in tour.s want row; do
    [ -s "$dir/$f" ] || { echo "FAIL: the document has no $f"; exit 1; }
done
$cc -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0x400000 "$dir/tour.s" -o "$dir/tour" || exit 2
"$a64run" --dump=guest,ir,eval "$dir/tour" >"$dir/got" || exit 2
diff -u "$dir/want" "$dir/got" || { echo "FAIL: the dumps differ from the document (-)"; exit 1; }
# The row, line by line, in its file.
tr -d '\n' <"$1/emulator/a64/dp_reg.c" | tr -s ' ' >"$dir/source"
tr -d '\n' <"$dir/row" | tr -s ' ' >"$dir/row1"
grep -qF -f "$dir/row1" "$dir/source" || { echo "FAIL: the row differs from the one in emulator/a64/dp_reg.c"; exit 1; }
echo ok
