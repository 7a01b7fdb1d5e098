# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# samples/01-hello/README.md: every command in it works and prints what is shown.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need readelf binutils
need gdb-multiarch gdb-multiarch
copy_kit kit
# In a reader's clone ./a64kit hello has put a64run into sdk/bin; here it is the one under test.
mkdir bin
ln -s "$A64RUN" bin/a64run
export PATH="$SCRATCH/bin:$PATH"
cd kit
run_readme samples/01-hello/README.md
(cat "$SCRATCH"/readme/*.actual "$SCRATCH/readme/stderr") >"$SCRATCH/readme/status"
grep -q 'LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib a64run ./hello' "$SCRATCH/readme/script" ||
    fail "the classic recipe is not in the walkthrough"
# The kernel's binfmt_misc, or the plain message that it has none; a program starts by itself all the same.
grep -qE '^registered: |^a64kit: a64run is (not registered; as root|registered .* but disabled)|^a64kit: (this kernel has no binfmt_misc|binfmt_misc is not mounted)' \
    "$SCRATCH/readme/status" || fail "$(cat "$SCRATCH/readme/status")"
