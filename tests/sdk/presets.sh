# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# CMakePresets.json: every preset configures and builds, the cross ones run their tests. (The mini
# emulator stands in for the real one, which the presets for work on it build for minutes.)
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

version=$("$CMAKE" --version | sed -n '1s/.* //p')
[ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" = 3.25 ] ||
    skip "presets of version 6 need CMake 3.25, this is $version"
copy_kit kit mini
unset AARCH64_EMULATOR
cd kit
"$CMAKE" --list-presets=configure >list || fail "$(cat list)"
presets=$(sed -n 's/^ *"\([^"]*\)".*/\1/p' list)
[ "$(echo "$presets" | wc -l)" -ge 5 ] || fail "too few presets: $presets"
for preset in $presets; do
    case $preset in
    clang)
        command -v clang >/dev/null || { echo "clang is not installed: preset not tried"; continue; }
        ;;
    esac
    expect_match 'Generating done' "$CMAKE" --preset "$preset"
    expect_match 'Built target|ninja' "$CMAKE" --build --preset "$preset" -v
    [ "$preset" = tsan ] && continue # its tests are the emulator's own
    expect_match '^100% tests passed' "$CTEST" --preset "$preset"
done
# Configure, build and test in one line.
rm -rf build sdk/.cache
expect_match '^100% tests passed, 0 tests failed out of [0-9][0-9]+' "$CMAKE" --workflow --preset aarch64
expect_match 'Nothing to do|100% tests passed' "$CMAKE" --workflow --preset aarch64-sysroot
expect /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 \
    interpreter build/aarch64-sysroot/samples/01-hello/hello
