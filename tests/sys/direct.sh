# SPDX-License-Identifier: MIT
# Calls that compiled code makes itself (linux/sys_direct.def): each one's row does what the definition says, and no
# more; all are traced, and fail when they are to.
why='the options are ours'
. "${0%/*}/lib/ours.sh"
sed -n 's/^SYS_DIRECT(\([a-z0-9_]*\))$/\1/p' "$TOP/emulator/linux/sys_direct.def" >direct
[ -s direct ] || blame 'the definition was not read'
while read -r name; do
    body=$(cat "$TOP"/emulator/linux/sys/*.c | sed -n "/^SYSCALL0([0-9]*, $name, /,/^}/p" | tr -d '\n')
    [ "${body#*)}" = "{    return host_call(SYS_$name);}" ] || blame "the row of $name does something else: $body"
done <direct

cat >loop.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    int failures = 0;
    for (int i = 0; i < 1000; i++)
        failures += syscall(SYS_getppid) < 0 && errno == EXDEV;
    printf("%d failures\n", failures);
    return 0;
}
END
"$CROSS_CC" -O1 -static loop.c -o loop || exit 1
"$A64RUN" -strace -D trace ./loop >out || blame 'traced it does not run'
n=$(grep -c 'getppid() = ' trace)
[ "$n" = 1000 ] || blame "$n of 1000 calls are traced"
"$A64RUN" --inject=getppid:EXDEV:when=500 ./loop >out || blame 'it does not run'
grep -qx '1 failures' out || blame "$(cat out) where there was to be one"
"$A64RUN" ./loop | grep -qx '0 failures' || blame 'it fails by itself'
exit $failed
