# SPDX-License-Identifier: MIT
# labels: full, timeout: 120
# a64kit compare: the same program in a64run and qemu-aarch64, and a difference when there is one.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need qemu-aarch64 qemu-user
kit=$SOURCE_DIR/a64kit
cat >show.c <<'EOF2'
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
    for (int c; (c = getchar()) != EOF;)
        putchar(c);
    fprintf(stderr, "%d\n", argc);
    if (argc == 2)
        abort();
    return argc;
}
EOF2
a64cc -static -o show show.c
echo input | "$kit" compare ./show a b >out || fail "$(cat out)"
expect "the same: exit status 3, 6 bytes of output" cat out
expect "the same: exit status 134, 0 bytes of output" "$kit" compare ./show a
expect_match '^the same' "$kit" compare --calls ./show a b
cat >other <<EOF2
#!/bin/sh
shift 2
"$A64RUN" "\$@"
echo more
exit 9
EOF2
chmod +x other
expect_error '^\+more' "$kit" compare --qemu=./other ./show a b
expect_match '^stdout differs:' cat error.log
expect_match '^\+9' cat error.log
expect_one_line "there is no /no/qemu" "$kit" compare --qemu=/no/qemu ./show
expect_one_line "^a64kit: compare: there is no no-such$" "$kit" compare no-such
expect_one_line "name a program" "$kit" compare
