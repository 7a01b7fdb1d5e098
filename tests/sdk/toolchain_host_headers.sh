# SPDX-License-Identifier: MIT
# labels: quick
# check_include_file must not say yes for a header that only the host has.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

[ -e /usr/include/crypt.h ] || skip "no /usr/include/crypt.h to look for (package libcrypt-dev)"
[ ! -e /usr/aarch64-linux-gnu/include/crypt.h ] || skip "the target has a crypt.h of its own"
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(headers LANGUAGES C CXX)
include(CheckIncludeFile)
include(CheckIncludeFileCXX)
include(CheckLibraryExists)
check_include_file(crypt.h host_c)
check_include_file_cxx(crypt.h host_cxx)
check_include_file(linux/futex.h target_c)
check_include_file_cxx(vector target_cxx)
find_path(found_path crypt.h)
find_library(found_library NAMES crypt z)
find_library(found_libm m)
message(STATUS "leaks: [${host_c}] [${host_cxx}] [${found_path}] [${found_library}]")
message(STATUS "target: [${target_c}] [${target_cxx}] [${found_libm}]")
EOF
cross build
grep -qF 'leaks: [] [] [found_path-NOTFOUND] [found_library-NOTFOUND]' build.log || fail "$(cat build.log)"
grep -qE 'target: \[1\] \[1\] \[/usr/aarch64-linux-gnu/lib/libm' build.log || fail "$(cat build.log)"
