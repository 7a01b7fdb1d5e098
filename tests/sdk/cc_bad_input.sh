# SPDX-License-Identifier: MIT
# labels: quick
# One clear line each, and a non-zero exit.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
expect_one_line "^a64cc: bad --interp value 'x': use target or sysroot$" a64cc --interp=x hello.c
expect_one_line "^a64cc: --interp needs its value in one word" a64cc --interp target hello.c
export A64CC_INTERP=no
expect_one_line "^a64c\+\+: bad A64CC_INTERP value 'no': use target or sysroot$" a64cxx hello.c
unset A64CC_INTERP
export AARCH64_TOOLCHAIN_PREFIX=no-such-
expect_one_line "^a64cc: no-such-gcc not found in PATH; .*apt-get install gcc-aarch64" a64cc hello.c
expect_one_line "^a64c\+\+: no-such-g\+\+ not found.*apt-get install g\+\+-aarch64" a64cxx hello.c
# A compiler with a sysroot of its own cannot link for Debian's.
cat >own-gcc <<'EOF'
#!/bin/sh
[ "$1" = -print-sysroot ] && echo /opt/own || echo "own gcc: $*"
EOF
chmod +x own-gcc
export AARCH64_TOOLCHAIN_PREFIX="$PWD/own-"
expect "own gcc: -c hello.c" a64cc -c hello.c
expect_one_line "^a64cc: --interp=sysroot needs Debian's compiler" a64cc --interp=sysroot hello.c
# Debian's own, by its path, is treated as such.
export AARCH64_TOOLCHAIN_PREFIX="$(command -v aarch64-linux-gnu-gcc | sed 's/gcc$//')"
a64cc --interp=sysroot -o hello hello.c
expect "hello from C" "$A64RUN" ./hello
