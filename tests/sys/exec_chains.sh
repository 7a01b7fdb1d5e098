# SPDX-License-Identifier: MIT
# Guests, scripts and programs of the host that start each other, in every mix: the options of the emulator, argv[0], arguments,
# AT_EXECFN, /proc/self/exe and the environment arrive as on one machine, with no binfmt_misc, also behind `env -i`.
why='programs are executed without help from the kernel'
. "${0%/*}/lib/ours.sh"
unset A64RUN_REPORT LD_PRELOAD
A64RUN_SAVED=off
export A64RUN_SAVED
[ -e "${A64RUN%/*}/liba64exec.so" ] || fail 'the library for programs of the host is not beside the emulator'
case $A64RUN in
*[\ :]*) # such a library cannot be named to the host's dynamic linker
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    cp "$A64RUN" "${A64RUN%/*}/liba64exec.so" "$place"
    A64RUN=$place/a64run
    ;;
esac

# tell [WORD...]: what it was started as; tell system COMMAND; tell popen COMMAND; tell exec PROGRAM WORD...; tell spawn PROGRAM WORD...;
# tell bare PROGRAM WORD...: with an empty environment.
cat >tell.c <<'END'
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static int says(const char *how, int argc, char **argv)
{
    return argc > 2 && !strcmp(argv[1], how);
}
int main(int argc, char **argv)
{
    struct utsname u;
    char exe[4096] = "", *none[] = {NULL}, line[4096];
    int status = 0;
    pid_t pid;
    if (says("system", argc, argv))
        return WEXITSTATUS(system(argv[2]));
    if (says("popen", argc, argv)) {
        FILE *f = popen(argv[2], "r");
        while (f && fgets(line, sizeof line, f))
            printf("read: %s", line);
        return pclose(f);
    }
    if (says("exec", argc, argv))
        return execvp(argv[2], argv + 2);
    if (says("bare", argc, argv))
        return execve(argv[2], argv + 2, none);
    if (says("spawn", argc, argv))
        return posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ) || waitpid(pid, &status, 0) != pid || status;
    uname(&u);
    if (readlink("/proc/self/exe", exe, sizeof exe - 1) < 0)
        return 1;
    printf("%s %s", u.release, argv[0]);
    for (int i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    printf(" %s", u.machine);
#ifdef __aarch64__
    printf(" %s %s", (char *)getauxval(AT_EXECFN), strrchr(exe, '/') + 1);
#endif
    puts(getenv("LD_PRELOAD") || getenv("A64KIT_EXEC_EMULATOR") ? " and what is not its own" : "");
    return argc > 1 && !strcmp(argv[1], "seven") ? 7 : 0;
}
END
"$CROSS_CC" -static -O1 -o tell tell.c || fail 'the program does not compile'
"$CC" -O1 -o host tell.c || fail "the host's does not compile"
printf '#!/bin/sh\nexec "$@"\n' >host-script
printf '#! ./tell  an argument \n' >guest-script
chmod +x host-script guest-script

# chain WANTED WORD...: what comes out of the guest with these words, with the environment of this script and without.
chain() {
    want=$1
    shift
    got=$("$A64RUN" -r 9.9 ./tell "$@" 2>&1) || [ "$got" = "$want" ] || fail "$*: $got"
    [ "$got" = "$want" ] || fail "$*: wanted '$want', got '$got'"
    got=$(env -i PATH="$PATH" "$A64RUN" -r 9.9 --saved=off ./tell "$@" 2>&1)
    [ "$got" = "$want" ] || fail "env -i, $*: wanted '$want', got '$got'"
}
one='9.9 ./tell [a b] [] aarch64 ./tell tell'
# Directly, by the host's shell, a script of the host, and a program of the host.
chain "$one" exec ./tell 'a b' ''
chain "$one" system './tell "a b" ""'
chain "read: $one" popen './tell "a b" ""'
chain "$one" exec ./host-script ./tell 'a b' ''
chain "$one" spawn ./host-script ./tell 'a b' ''
chain "$one" exec ./host exec ./tell 'a b' ''
chain "$one" exec ./host spawn ./tell 'a b' ''
chain "$one" exec ./host system './tell "a b" ""'
chain "read: $one" exec ./host popen './tell "a b" ""'
# Scripts whose interpreter is a guest, executed by guests and by the host's programs.
chain '9.9 ./tell [an argument] [./guest-script] [a b] aarch64 ./guest-script tell' exec ./guest-script 'a b'
chain '9.9 ./tell [an argument] [./guest-script] [a b] aarch64 ./guest-script tell' system './guest-script "a b"'
chain '9.9 ./tell [an argument] [./guest-script] [a b] aarch64 ./guest-script tell' exec ./host spawn ./guest-script 'a b'
# The environment emptied on the way: by a guest, by the host's env, by a program of the host, again and again.
chain "$one" bare ./tell 'a b' ''
chain "$one" bare ./host-script ./tell 'a b' ''
chain "$one" exec env -i ./tell 'a b' ''
chain "$one" exec env -i ./host-script env -i ./tell exec env -i ./host bare ./tell 'a b' ''
chain "$one" exec ./host bare ./host bare ./tell 'a b' ''
# Deep: guest, sh, guest, host, guest, script, guest.
chain "$one" system "./tell system './host exec ./tell exec ./host-script ./tell \"a b\" \"\"'"
# argv[0] as it was given, and the exit status and death of what was started.
chain "9.9 not the path [x] aarch64 $PWD/tell tell" exec bash -c 'exec -a "not the path" ./tell x'
chain '9.9 ./tell [seven] aarch64 ./tell tell
7' exec sh -c './tell seven; echo $?'
chain '137' exec sh -c '(sh -c "exec ./tell system \"kill -9 \\\$PPID\"" >/dev/null 2>&1; echo $?) 2>/dev/null'
# By name, from PATH; by tools that execute what they are told.
mkdir bin && ln tell bin/by-name
for how in 'sh -c by-name' 'env by-name' 'xargs by-name'; do
    got=$(PATH=$PWD/bin:$PATH "$A64RUN" -r 9.9 ./tell exec $how </dev/null 2>&1)
    case $got in
    "9.9 by-name aarch64 "*by-name) ;;
    *) fail "$how: $got" ;;
    esac
done
chain '9.9 ./tell [found] aarch64 ./tell tell' exec find . -name tell -exec '{}' found ';'
# Programs of the host see nothing of it, but for static ones, which hand it on.
chain "$(uname -r) ./host x86_64" exec ./host
chain "$(uname -r) ./host x86_64" system ./host
got=$(env -i "$A64RUN" --saved=off ./tell exec "$(command -v env)" 2>&1)
[ -z "$got" ] || fail "the environment is $got"
got=$(env -i A=1 LD_PRELOAD= "$A64RUN" --saved=off ./tell exec "$(command -v env)" 2>&1)
[ "$got" = A=1 ] || [ "$got" = "A=1
LD_PRELOAD=" ] || fail "the environment is $got"
"$CC" -O1 -static -o host-static tell.c && chain "$one" exec ./host-static exec ./host exec ./tell 'a b' ''
# The emulator started by hand on the way is one for itself, and its guest sees nothing either.
chain '1.2.3 ./tell aarch64 ./tell tell' exec ./host-script "$A64RUN" -r 1.2.3 ./tell
chain '1.2.3 ./tell aarch64 ./tell tell' exec ./host-static exec "$A64RUN" -r 1.2.3 ./tell exec ./host exec ./tell
# More options: all are there at the end of the chain, in one process as in the other.
"$A64RUN" -r 9.9 -strace -D log ./tell exec ./host-script ./host exec ./tell end >out 2>&1 || fail "$(cat out)"
[ "$(cat out)" = '9.9 ./tell [end] aarch64 ./tell tell' ] || fail "with a log: $(cat out)"
[ "$(grep -c ' uname(' log)" = 1 ] && [ "$(grep -c ' execve(' log)" = 1 ] || fail 'the last program is not traced'
mkdir -p root && : >root/only-there
[ "$("$A64RUN" -L "$PWD/root" ./tell exec ./host-script ./host exec ./tell system 'test -e /only-there; echo $?')" = 1 ] ||
    fail "a program of the host sees the guest's root"
# Without the library the kernel answers.
mkdir alone && cp "$A64RUN" alone/a64run
alone/a64run ./tell exec ./host exec ./tell >out 2>&1 && fail 'without the library ./tell was executed'
[ "$(alone/a64run ./tell exec ./host-script ./host)" = "$(uname -r) ./host x86_64" ] || fail 'without the library ./host was not executed'
echo ok
