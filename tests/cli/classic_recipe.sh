# SPDX-License-Identifier: MIT
# The well-known lines for cross-compiling and running hello world, to the letter.
. "$SOURCE_DIR/lib/common.sh"
[ "$SYSROOT" = /usr/aarch64-linux-gnu ] || skip "the recipe names /usr/aarch64-linux-gnu, not $SYSROOT"
cat >hello.c <<'END'
#include <stdio.h>
int main(void)
{
    printf("Hello, World!\n");
    return 0;
}
END
"$CC" -o hello -Wl,-dynamic-linker=/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 hello.c || fail 'cannot compile'
succeeds 'Hello, World!' env LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib "$A64RUN" ./hello
succeeds 'Hello, World!' "$A64RUN" -L /usr/aarch64-linux-gnu ./hello
succeeds 'Hello, World!' "$A64RUN" -E LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib ./hello
"$CC" -o hello-rpath -Wl,-dynamic-linker=/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 \
    -Wl,--disable-new-dtags -Wl,-rpath,/usr/aarch64-linux-gnu/lib hello.c || fail 'cannot compile'
succeeds 'Hello, World!' "$A64RUN" ./hello-rpath
for linking in -static -static-pie; do
    "$CC" -o hello$linking $linking hello.c || fail 'cannot compile'
    succeeds 'Hello, World!' "$A64RUN" ./hello$linking
done
"$CC" -o hello-default hello.c && "$CC" -no-pie -o hello-nopie hello.c || fail 'cannot compile'
succeeds 'Hello, World!' "$A64RUN" -L /usr/aarch64-linux-gnu ./hello-default
succeeds 'Hello, World!' "$A64RUN" -L /usr/aarch64-linux-gnu ./hello-nopie
case $A64RUN in *qemu*) exit 0 ;; esac
succeeds 'Hello, World!' "$A64RUN" ./hello-default
