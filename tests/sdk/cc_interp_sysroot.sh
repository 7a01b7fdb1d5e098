# SPDX-License-Identifier: MIT
# labels: quick
# a64cc --interp=sysroot: C, C++ and shared libraries of one's own run with no option at all.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

ld=/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1
hello_c
hello_cxx
a64cc --interp=sysroot -o c hello.c
A64CC_INTERP=sysroot a64cxx -o cxx hello.cpp
expect $ld interpreter c
expect $ld interpreter cxx
# DT_RPATH, which the libraries of the program inherit, and not DT_RUNPATH, which they do not.
expect_match '\(RPATH\).*/usr/aarch64-linux-gnu/lib' readelf -d cxx
expect_no_match 'RUNPATH' readelf -d cxx
expect "hello from C" "$A64RUN" ./c
expect "hello from C++" "$A64RUN" ./cxx
# Without the kit's care for the sysroot: an empty prefix leaves only what the program itself says.
expect "hello from C++" "$A64RUN" -L / ./cxx

cat >greet.cpp <<'EOF'
#include <string>
std::string greet() { return "hello from a library"; }
EOF
cat >main.cpp <<'EOF'
#include <cstdio>
#include <string>
std::string greet();
int main() { std::puts(greet().c_str()); }
EOF
a64cxx --interp=sysroot -shared -fPIC -o libgreet.so greet.cpp
a64cxx --interp=sysroot -o prog main.cpp -L. -lgreet "-Wl,-rpath,$PWD"
expect "hello from a library" "$A64RUN" ./prog
# The option wins over the environment.
A64CC_INTERP=sysroot a64cc --interp=target -o c2 hello.c
expect /lib/ld-linux-aarch64.so.1 interpreter c2
