# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# a64kit new: every kind builds and passes its tests by its presets, for AArch64 and for this machine; its other
# files are what their tools read.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
version=$("$CMAKE" --version | sed -n '1s/.* //p')
[ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" = 3.25 ] || skip "presets need CMake 3.25, this is $version"
mkdir "a folder"
for kind in c cpp; do
    expect_match 'next: cd' "$kit" new "a folder/my-$kind" --$kind
    (
        cd "a folder/my-$kind"
        expect_match '^100% tests passed, 0 tests failed out of 2' "$CMAKE" --workflow --preset aarch64
        expect "Hello, World!" "$A64RUN" build/aarch64/my-$kind
        expect_match AArch64 readelf -h build/aarch64/my-$kind
        "$CMAKE" --preset native >log 2>&1 && "$CMAKE" --build --preset native >>log 2>&1 || fail "$(cat log)"
        expect_match '^100% tests passed' "$CTEST" --preset native
        rm match.log log
        # A failing test fails.
        sed -i 's/Hello, /Goodbye, /' src/greeting.c*
        "$CMAKE" --build --preset aarch64 >log 2>&1
        expect_error '^0% tests passed' "$CTEST" --preset aarch64
    ) || exit
done
# Presets that look for faults, and one that counts lines.
"$kit" new faulty --c 2>/dev/null
(
    cd faulty
    expect_match '^100% tests passed, 0 tests failed out of 2' "$CMAKE" --workflow --preset coverage
    [ -n "$(find build/coverage -name 'greeting.c.gcda')" ] || fail "nothing was counted"
    expect_match '^100% tests passed, 0 tests failed out of 2' "$CMAKE" --workflow --preset asan
    expect_match '^100% tests passed, 0 tests failed out of 2' "$CMAKE" --workflow --preset tsan
    printf '#include <stdlib.h>\nint main(int argc, char **argv) { char *p = malloc(4); free(p); return p[argc] & (argv[0] == 0); }\n' >src/main.c
    "$CMAKE" --build --preset asan >log 2>&1 || fail "$(cat log)"
    expect_error 'heap-use-after-free' "$CTEST" --preset asan -R program
    printf '#include <limits.h>\nint main(int argc, char **argv) { volatile int n = INT_MAX; n += argc; return argv[0] == 0; }\n' >src/main.c
    "$CMAKE" --build --preset asan >log 2>&1 || fail "$(cat log)"
    expect_error 'signed integer overflow' "$CTEST" --preset asan -R program
) || exit
# GoogleTest is found when a sysroot has it (sdk_sysroot_libraries), and asked for when not.
"$kit" new gt --gtest 2>/dev/null
(cd gt && expect_error 'GTest' "$CMAKE" --preset aarch64) || exit
cat >json.cmake <<'END'
foreach(file IN ITEMS .vscode/settings.json .vscode/tasks.json .vscode/launch.json CMakePresets.json)
    file(READ "${DIR}/${file}" text)
    string(JSON type ERROR_VARIABLE error TYPE "${text}")
    if(error)
        message(FATAL_ERROR "${file}: ${error}")
    endif()
endforeach()
END
"$CMAKE" -DDIR=gt -P json.cmake || fail "json"
! grep -rE '@[A-Z]+@|SPDX' gt || fail "a name was not filled in"
if command -v clangd >/dev/null; then
    cd "a folder/my-cpp"
    sed -i 's/Goodbye, /Hello, /' src/greeting.cpp
    timeout 60 clangd "--query-driver=**/aarch64-linux-gnu-*" --check=src/greeting.cpp >clangd.log 2>&1 || fail "$(tail -n 20 clangd.log)"
    grep -q 'aarch64-linux-gnu' clangd.log || fail "clangd does not see the AArch64 build"
    grep -qE '/usr/(lib/gcc-cross|aarch64-linux-gnu)/.*include' clangd.log || fail "clangd does not see the cross compiler's headers"
    cd ../..
fi
# The kit in another place.
cp -r "$SOURCE_DIR/sdk" moved-sdk
(cd "a folder/my-c" && A64KIT_SDK="$SCRATCH/moved-sdk" "$CMAKE" --preset aarch64 --fresh >log 2>&1 && grep -q "moved-sdk" build/aarch64/CMakeCache.txt) ||
    fail "A64KIT_SDK is not followed"
mkdir full
: >full/file
expect_one_line '^a64kit: full is there and not empty' "$kit" new full
expect_one_line "'1x' is no name for a project" "$kit" new 1x
expect_one_line "'--rust' is not --c, --cpp or --gtest" "$kit" new y --rust
expect_one_line "name the folder" "$kit" new
