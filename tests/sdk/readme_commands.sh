# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# README.md: its commands work one after the other in a fresh clone.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
cd kit
run_readme README.md
for command in hello test; do
    grep -q "^./a64kit $command$" "$SCRATCH/readme/script" || fail "no ./a64kit $command in README.md"
done
# What it names is there.
for path in $(grep -oE '`(a64kit|LICENSE|[a-z]+/[a-z0-9/.-]*)`' README.md | tr -d '`'); do
    case $path in
    build/* | sdk/bin/a64run) ;;
    *) [ -e "$SOURCE_DIR/$path" ] || fail "README.md names $path, which is not there" ;;
    esac
done
