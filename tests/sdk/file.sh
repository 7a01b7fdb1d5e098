# SPDX-License-Identifier: MIT
# labels: full, timeout: 120
# a64kit file: kinds, libraries, glibc floor, features of processors, and what is missing.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
hello_c
hello_cxx
a64cxx -o dynamic hello.cpp
a64cc -static -o static hello.c
a64cc -static-pie -fPIE -o static-pie hello.c
a64cc --interp=sysroot -o classic hello.c
echo 'int one(void) { return 1; }' >one.c
a64cc -shared -fPIC -o libone.so one.c
echo 'int one(void); int main(void) { return one() - 1; }' >use.c
a64cc -o lost use.c -L. -lone
a64cc -o found use.c -L. -lone '-Wl,-rpath,$ORIGIN'
expect_match 'kind +position-independent program' "$kit" file dynamic
expect_match 'needs +libstdc\+\+\.so\.6 +/usr/aarch64-linux-gnu/lib/' "$kit" file dynamic
expect_match 'needs +libm\.so\.6 ' "$kit" file dynamic # which libstdc++ needs
expect_match 'glibc +2\.[0-9]+ or newer' "$kit" file dynamic
expect_match 'real machine yes' "$kit" file dynamic
expect_match 'contains +nothing beyond Armv8.0-A' "$kit" file found
expect_match 'contains +FEAT_LSE +[0-9]+ +0x[0-9a-f]+ in __aarch64_' "$kit" file static # outline atomics
expect_match 'contains +SVE .*__memcpy_a64fx' "$kit" file static
expect_match 'processors +with all of that: none' "$kit" file static
expect_match 'kind +static program at a fixed address' "$kit" file static
expect_match 'kind +static position-independent program' "$kit" file static-pie
expect_match 'kind +shared library' "$kit" file libone.so
expect_match 'real machine no: /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1' "$kit" file classic
expect_match 'needs +libone.so +.*/libone.so' "$kit" file found
expect_error 'needs +libone.so +missing in /usr/aarch64-linux-gnu' "$kit" file lost
expect_error "a64kit: file: $A64RUN is for.*X86-64, not AArch64" "$kit" file "$A64RUN"
expect_one_line 'file: hello.c is no ELF file' "$kit" file hello.c
expect_one_line 'file: there is no nowhere' "$kit" file nowhere
status=0
"$kit" file dynamic lost >both 2>&1 || status=$?
[ $status = 1 ] && [ "$(grep -c '^  kind' both)" = 2 ] || fail "two files, status $status"
# With the binutils of the cross compiler alone, too.
path_without readelf
(PATH=$PLAIN && expect_match 'glibc +2' "$kit" file found)
# An emulator that cannot tell.
printf '#!/bin/sh\necho "unknown option" >&2\nexit 1\n' >other
chmod +x other
(AARCH64_EMULATOR=$PWD/other && expect_match 'contains +not known: unknown option' "$kit" file found)
