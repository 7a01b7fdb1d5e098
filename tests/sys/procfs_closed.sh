# SPDX-License-Identifier: MIT
# Guests where the host lets no process look into another one's memory (Yama, seccomp filters of containers): what they
# see of each other is what the emulator has told the host's kernel, without the emulator's mappings.
set -eu
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"
cd "$SCRATCH"

# Runs its arguments where process_vm_readv is refused.
cat >closed.c <<'END'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    (void)argc;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        return 77;
    execv(argv[1], argv + 1);
    return 1;
}
END
"$CC" -o closed closed.c
cat >show.c <<'END'
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char text[65536];
    if (argc < 2) {
        write(1, "ready\n", 6);
        pause();
    }
    size_t n = strlen(argv[1]);
    if (n > 4 && !strcmp(argv[1] + n - 4, "/exe")) {
        ssize_t length = readlink(argv[1], text, sizeof text);
        return length < 0 || write(1, text, (size_t)length) < 0 || write(1, "\n", 1) < 0;
    }
    FILE *f = fopen(argv[1], "r");
    while (f && (n = fread(text, 1, sizeof text, f)) > 0)
        fwrite(text, 1, n, stdout);
    return !f;
}
END
"$CROSS_CC" -static -O1 -o show show.c
mkfifo ready
env -i HERE=there ./closed "$A64RUN" ./show >ready &
pid=$!
trap 'kill $pid' EXIT
read -r word <ready
if [ "$(tr '\0' ' ' </proc/$pid/cmdline)" != './show ' ]; then
    echo 'skipped: the host does not take the arguments of a process (CONFIG_CHECKPOINT_RESTORE)'
    exit 77
fi

fail() {
    echo "$1: $2"
    exit 1
}
show() {
    ./closed "$A64RUN" ./show "/proc/$pid/$1"
}
[ "$(show cmdline | tr '\0' ' ')" = './show ' ] || fail cmdline "$(show cmdline)"
[ "$(show environ | tr '\0' ' ')" = 'HERE=there ' ] || fail environ "$(show environ)"
[ "$(show exe)" = "$(pwd -P)/show" ] || fail exe "$(show exe)"
maps=$(show maps)
case $maps in
*a64run*) fail maps "$maps" ;;
00400000*"$(pwd -P)/show"*) ;;
*) fail maps "$maps" ;;
esac
size=$(show status | sed -n 's/^VmSize:[^0-9]*\([0-9]*\) kB/\1/p')
[ "$size" -gt 100 ] && [ "$size" -lt 65536 ] || fail status "$size"
# Itself it knows as ever.
own=$(./closed "$A64RUN" ./show /proc/self/maps)
case $own in
*a64run*) fail own "$own" ;;
*r-xp*/show*'[stack]'*) ;;
*) fail own "$own" ;;
esac
