# SPDX-License-Identifier: MIT
# source: googletest
# by hand: its 63 programs are as much to compile as all else together
# Its own tests and GoogleMock's: programs, and scripts of Python that start programs and read what they print.
suite() {
    needs python3 python3
    logged configure -S "$source" -B . -DCMAKE_BUILD_TYPE=None -Dgtest_build_tests=ON -Dgmock_build_tests=ON
    logged cmake --build . -j"$JOBS"
    emulated ctest -V -j"$JOBS" >"$SCRATCH/ctest" 2>&1 || true
    of_ctest <"$SCRATCH/ctest"
    sed 's/^[0-9]*: //' "$SCRATCH/ctest" | of_gtest
}
