# SPDX-License-Identifier: MIT
# source: fmtlib googletest
# Each program of these counts by ctest, and each of its tests.
programs="args assert chrono color core format format-impl gtest-extra os ostream posix-mock${more:+ $more}"
suite() {
    # The release has a copy of GoogleTest there, which Debian takes out.
    mkdir "$source/test/gtest"
    cat >"$source/test/gtest/CMakeLists.txt" <<'EOF'
find_package(Threads REQUIRED)
add_library(gtest STATIC ${GOOGLETEST}/googletest/src/gtest-all.cc ${GOOGLETEST}/googlemock/src/gmock-all.cc)
target_include_directories(gtest SYSTEM PUBLIC ${GOOGLETEST}/googletest/include ${GOOGLETEST}/googlemock/include
    PRIVATE ${GOOGLETEST}/googletest ${GOOGLETEST}/googlemock)
target_link_libraries(gtest PUBLIC Threads::Threads)
EOF
    logged configure -S "$source" -B . -DCMAKE_BUILD_TYPE=None -DFMT_DOC=OFF -DGOOGLETEST="$SCRATCH/googletest"
    # shellcheck disable=SC2046,SC2086
    logged cmake --build . -j"$JOBS" --target $(printf '%s-test ' $programs)
    ctest -V -R "^($(echo "$programs" | tr ' ' '|'))-test$" >"$SCRATCH/ctest" 2>&1 || true
    of_ctest <"$SCRATCH/ctest"
    # gcc has the type __float128, and fmt that test, on x86-64 alone.
    sed 's/^[0-9]*: //' "$SCRATCH/ctest" | of_gtest | grep -v ' format_impl_test\.write_float128$'
}
