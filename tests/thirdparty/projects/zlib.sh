# SPDX-License-Identifier: MIT
# source: zlib
# Twice: by its configure and make, whose tests are lines of shell, and by CMake.
suite() {
    mkdir make
    cp -r "$source/." make
    (
        cd make
        export CHOST="${cross:+aarch64-linux-gnu}"
        [ -n "$CHOST" ] || unset CHOST
        logged ./configure
        logged make -j"$JOBS"
        logged emulated make -k test
        sed -nE 's/^.*\*\*\* (zlib [a-z0-9 -]*test) OK \*\*\*.*/passed make:\1/p; s/^.*\*\*\* (zlib [a-z0-9 -]*test) FAILED.*/failed make:\1/p' \
            "$SCRATCH/log" | tr ' ' '_' | sed 's/^\([a-z]*\)_/\1 /'
    )
    mkdir -p "$source/win32"
    : >"$source/win32/zlib1.rc" # CMake wants it; Debian takes what is for Windows out
    # Its add_test(example example) is the old form.
    logged configure -S "$source" -B cmake -DCMAKE_BUILD_TYPE=Release -DAARCH64_HOOKS=ON
    logged cmake --build cmake -j"$JOBS"
    ctest --test-dir cmake 2>&1 | of_ctest
}
