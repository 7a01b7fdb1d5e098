#!/bin/sh
# SPDX-License-Identifier: MIT
# add_instruction.sh SOURCE-DIR SCRATCH-DIR: does to a copy of the tree what docs/add-instruction.md says ("In `file`:" and
# the code below it, at the file's end), builds it and runs the tests it promises. The copy's build is kept for the next time.
set -u
src=$1 scratch=$2 doc=$1/docs/add-instruction.md
fail() {
    echo "FAIL: $*"
    exit 1
}
mkdir -p "$scratch/tree" || exit 2
# Only what changed is copied, so that make has little to do.
for part in CMakeLists.txt LICENSE bench cmake sdk/VERSION sdk/preload emulator tests/CMakeLists.txt tests/a64 tests/tier.h tests/vectors; do
    (cd "$src" && find "$part" -type f) | while read -r f; do
        mkdir -p "$scratch/tree/$(dirname "$f")"
        echo "$f"
    done
done >"$scratch/files"
rm -rf "$scratch/new" && mkdir -p "$scratch/new"
while read -r f; do
    mkdir -p "$scratch/new/$(dirname "$f")" && cp "$src/$f" "$scratch/new/$f" || exit 2
done <"$scratch/files"
grep -rq 'A64_INSN(addpt,' "$src/emulator" && fail "the example exists: the document needs another one"

# The blocks, each appended to the file named before it.
awk -v root="$scratch/new/" '
    match($0, /[Ii]n `[^`]*`:$/) { file = substr($0, RSTART + 4, RLENGTH - 6) }
    /^```(c|text)$/ { inside = 1; if (file == "") { print "a block without a file"; exit 1 } print "" >> (root file); next }
    /^```$/ { if (inside) { n++; file = "" } inside = 0 }
    inside { print >> (root file) }
    END { if (n != 4) { print "expected 4 blocks, found " n; exit 1 } }' "$doc" || fail "the document is not understood"
[ "$(wc -l <"$doc")" -le 60 ] || fail "more than a screen"

(cd "$scratch/new" && find . -type f) | while read -r f; do
    cmp -s "$scratch/new/$f" "$scratch/tree/$f" || cp "$scratch/new/$f" "$scratch/tree/$f"
done
cmake -S "$scratch/tree" -B "$scratch/build" >"$scratch/log" 2>&1 &&
    cmake --build "$scratch/build" -j 2 --target a64_insn_test a64_rows_test a64_disasm_test >>"$scratch/log" 2>&1 ||
    { tail -n 30 "$scratch/log"; fail "the copy with the example does not build"; }
bin=$scratch/build/tests/a64
"$bin/a64_insn_test" || fail "the example's test lines"
"$bin/a64_rows_test" decode && "$bin/a64_rows_test" translate || fail "the rows"
"$bin/a64_rows_test" covered "$scratch/tree/tests/vectors/dev.txt.xz" "$scratch/tree/tests/vectors/dev-lrcpc3.txt.xz" \
    "$scratch"/tree/tests/a64/*.inc || fail "the example's row has no test"
if command -v aarch64-linux-gnu-objdump >/dev/null; then
    "$bin/a64_disasm_test" aarch64-linux-gnu-objdump "$scratch/tree/tests/a64/objdump_unknown.txt" addpt | tail -n 1
    "$bin/a64_disasm_test" aarch64-linux-gnu-objdump "$scratch/tree/tests/a64/objdump_unknown.txt" addpt >/dev/null ||
        fail "the example's text"
fi
# The test line is one that can fail.
sed -i 's/X(0, 0x110))/X(0, 0x111))/' "$scratch/tree/tests/a64/dp_reg.inc"
cmake --build "$scratch/build" --target a64_insn_test >>"$scratch/log" 2>&1 || fail "the copy does not build again"
"$bin/a64_insn_test" >/dev/null && fail "a wrong expectation passes"
echo ok
