# SPDX-License-Identifier: MIT
# Sourced first by scripts about what a64run alone has; $why says what that is, and is the reason to leave another emulator out.
# The script goes on in an empty folder of its own.
case $A64RUN in
*qemu*)
    echo "skipped: $why"
    exit 77
    ;;
esac
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1

fail() {
    echo "FAIL: $*"
    exit 1
}

# blame WORDS...: the same for a script that goes on and ends with `exit $failed`.
failed=0
blame() {
    echo "FAIL: $*"
    failed=1
}
