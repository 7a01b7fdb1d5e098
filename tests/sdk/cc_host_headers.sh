# SPDX-License-Identifier: MIT
# labels: quick
# The cross compiler has / as its sysroot: the host's /usr/include must not be on its path.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

# crypt.h comes with libc6-dev on the host and is not among the cross packages.
[ -e /usr/include/crypt.h ] || skip "no /usr/include/crypt.h to look for (package libcrypt-dev)"
[ ! -e /usr/aarch64-linux-gnu/include/crypt.h ] || skip "the target has a crypt.h of its own"
echo '#include <crypt.h>' >leak.c
aarch64-linux-gnu-gcc -fsyntax-only leak.c || fail "the bare compiler does not leak: obsolete test"
for lang in c c++; do
    expect_error 'crypt.h: No such file' a64cc -x $lang -fsyntax-only leak.c
    expect_error 'crypt.h: No such file' a64cxx -x $lang -fsyntax-only leak.c
    expect_no_match '^ /usr/(local/)?include$' a64cc -x $lang -v -fsyntax-only /dev/null
done
# The caller's own root is honoured.
mkdir -p own/usr/include
echo 'int from_own_root;' >own/usr/include/crypt.h
a64cc --sysroot="$PWD/own" -fsyntax-only leak.c
a64cc -isysroot "$PWD/own" -fsyntax-only leak.c
# All of C, C++ and the kernel's headers is still found, and sanitizers link.
echo '#include <stdio.h>
#include <linux/futex.h>
#include <asm/unistd.h>
int main(void) { return 0; }' >ok.c
a64cc -fsanitize=address,undefined -o ok ok.c
echo '#include <vector>
#include <thread>
int main() { return std::vector<int>().size(); }' >ok.cpp
a64cxx -fsanitize=undefined -o ok2 ok.cpp
expect_match 'AArch64' readelf -h ok2
