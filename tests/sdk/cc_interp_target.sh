# SPDX-License-Identifier: MIT
# labels: quick
# a64cc and a64c++ by default: the dynamic linker of real machines, C and C++ run.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
hello_cxx
a64cc -o c hello.c
a64cxx -o cxx hello.cpp
expect /lib/ld-linux-aarch64.so.1 interpreter c
expect /lib/ld-linux-aarch64.so.1 interpreter cxx
expect_no_match 'RPATH|RUNPATH' readelf -d cxx
expect "hello from C" "$A64RUN" ./c
expect "hello from C++" "$A64RUN" ./cxx
