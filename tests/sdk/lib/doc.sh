# SPDX-License-Identifier: MIT
# A document for users ($DOC): every command in it works and prints what is shown. All commands stand in ```sh blocks, so
# that none is left out; they are given in the folder of a copy of the kit.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

doc=$SOURCE_DIR/docs/$DOC.md
awk '/^```/ { if (!inside && $0 == "```") { print FILENAME ":" FNR; bad = 1 }; inside = !inside } END { exit bad }' "$doc" >&2 ||
    fail "a block does not say what it is (sh, text, ...)"
for program in make readelf qemu-aarch64; do
    need "$program" "$program"
done
plain_folder # pkg-config does not cope with blanks
copy_kit "$PLAIN/kit" mini
unset AARCH64_EMULATOR
export A64KIT_SYSROOTS="$PLAIN/sysroots" XDG_CACHE_HOME="${A64KIT_TEST_CACHE:-$SOURCE_DIR/out/sysroot-cache}"
if grep -q 'a64kit sysroot create' "$doc"; then
    "$PLAIN/kit/a64kit" sysroot create probe zlib1g-dev libbz2-dev >log 2>&1 || {
        grep -q 'cannot be had\|cannot be downloaded\|no mirror\|tools of Debian' log && skip "$(tail -n 1 log)"
        fail "$(cat log)"
    }
fi
cd "$PLAIN/kit"
run_readme "$doc"
