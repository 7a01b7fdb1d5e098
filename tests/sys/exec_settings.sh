# SPDX-License-Identifier: MIT
# The settings of the emulator go with it into the programs a guest executes, and its log does not land in their output.
case $A64RUN in
*qemu*)
    echo "skipped: programs are executed without help from the kernel"
    exit 77
    ;;
esac
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1
fail() {
    echo "FAIL: $*"
    exit 1
}
cat >info.c <<'END'
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct utsname u;
    if (argc > 1 && strcmp(argv[1], "-"))
        return execv(argv[1], argv + 1);
    uname(&u);
    printf("%s %s %d%s\n", u.release, u.machine, access("/only-in-sysroot", F_OK),
           getauxval(AT_HWCAP) >> 8 & 1 ? "" : " no atomics");
    return 0;
}
END
"$CROSS_CC" -static -O1 -o info info.c || fail 'the program does not compile'
mkdir -p root && : >root/only-in-sysroot
said() {
    want=$1
    shift
    got=$("$@" 2>err)
    [ "$got" = "$want" ] || fail "$*: wanted '$want', got '$got'"
}
said '1.2.3-test aarch64 0' "$A64RUN" -L "$PWD/root" -r 1.2.3-test ./info ./info ./info
[ ! -s err ] || fail 'something is on stderr'
said '1.2.3-test aarch64 0' env -i "$A64RUN" -L "$PWD/root" -r 1.2.3-test ./info ./info
said '1.2.3-test aarch64 -1' "$A64RUN" -r 1.2.3-test ./info ./info
said '1.2.3-test aarch64 -1' "$A64RUN" -d strace -r 1.2.3-test ./info ./info
[ "$(grep -c ' uname(' err)" -ge 1 ] || fail 'the second program is not traced'
[ "$(grep -c ' execve(' err)" -eq 1 ] || fail 'the execve is not traced'
said '1.2.3-test aarch64 -1' "$A64RUN" -d strace -D log -r 1.2.3-test ./info ./info
[ ! -s err ] || fail 'the log is in the output'
grep -q ' execve(' log || fail 'the log is empty'
echo '#!./info -' >script && chmod +x script
said '9.9 aarch64 -1' "$A64RUN" -r 9.9 ./info ./script
said '9.9 aarch64 -1 no atomics' "$A64RUN" -r 9.9 -cpu cortex-a53 ./info ./info ./info
said '9.9 aarch64 -1 no atomics' env QEMU_CPU=max,lse=off "$A64RUN" -r 9.9 ./info ./info
echo ok
