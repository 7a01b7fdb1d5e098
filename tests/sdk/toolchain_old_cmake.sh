# SPDX-License-Identifier: MIT
# labels: quick
# An old CMake gets one clear line. The version is pretended: the file asks for nothing else first.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >old.cmake <<EOF
set(CMAKE_VERSION 3.18.4)
include("$TOOLCHAIN")
EOF
expect_error '^ +a64kit: CMake 3.18.4 is too old, sdk/aarch64.cmake needs 3.20 or later: take it' \
    "$CMAKE" -P old.cmake
