# SPDX-License-Identifier: MIT
# -d chooses what is logged, -D where to; both have variables.
. "$SOURCE_DIR/lib/common.sh"
run "$A64RUN" -d in_asm -D log1 "$TOOL"
ends_with 'exit 0'
prints 'Hello, World!'
quiet
grep -qE 'svc' log1 || fail 'no disassembly in the log'
run env QEMU_LOG=in_asm QEMU_LOG_FILENAME=log2 "$A64RUN" "$TOOL"
prints 'Hello, World!'
grep -qE 'svc' log2 || fail 'no disassembly by QEMU_LOG'
only_a64run
run env A64RUN_LOG=in_asm A64RUN_LOG_FILENAME=log3 "$A64RUN" "$TOOL"
prints 'Hello, World!'
grep -qE 'svc' log3 || fail 'no disassembly by A64RUN_LOG'
refuses 'nonsense (in_asm|help)' "$A64RUN" -d nonsense "$TOOL"
refuses 'nonsense' "$A64RUN" -d in_asm,nonsense "$TOOL"
refuses 'no/such/dir/log' "$A64RUN" -d in_asm -D no/such/dir/log "$TOOL"
# What a program starts goes on with the log, however that was named.
cat >again.c <<'C'
#include <unistd.h>
int main(int argc, char **argv)
{
    char *args[] = {argv[0], "again", 0};
    return argc == 1 ? execv(argv[0], args) : 0;
}
C
"$CC" -static -o again again.c || fail 'cannot compile'
run "$A64RUN" -strace -D log4 "$PWD/again"
ends_with 'exit 0'
[ "$(grep -c 'exit_group' log4)" = 1 ] && grep -q 'execve(.*<unfinished' log4 || fail 'no log of both programs with -D'
run env A64RUN_STRACE=1 A64RUN_LOG_FILENAME=log5 "$A64RUN" "$PWD/again"
[ "$(grep -c 'exit_group' log5)" = 1 ] && grep -q 'execve(.*<unfinished' log5 || fail 'no log of both programs'
