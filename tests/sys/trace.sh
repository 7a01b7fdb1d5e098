# SPDX-License-Identifier: MIT
# The text of -strace: arguments by their kinds, results, errors by name, both processes of a fork.
why='the trace is ours'
. "${0%/*}/lib/ours.sh"
"$A64RUN" -d strace,unimp -D log "$BIN/trace" >out 2>err || { cat out err; exit 1; }
[ ! -s out ] && [ ! -s err ] || { echo "FAIL: the trace went elsewhere"; exit 1; }
failed=0
shows() { # N is any number
    grep -qxE "([0-9]+ )?$(printf '%s\n' "$1" | sed 's/\<N\>/[0-9]+/g')" log || { echo "FAIL: no line $1"; failed=1; }
}
shows 'openat\(AT_FDCWD,"made",O_RDWR\|O_CREAT\|O_CLOEXEC,0640\) = N'
shows 'write\(N,"line\\n\\0012\\"",8\) = 8'
shows 'lseek\(N,0,SEEK_END\) = 8'
shows '(fstat\(N,|newfstatat\(N,"",)\{st_mode=S_IFREG\|06?40,st_size=8,\.\.\.\}(,AT_EMPTY_PATH)?\) = 0'
shows 'openat\(AT_FDCWD,"none",O_RDONLY\|O_DIRECTORY\|O_NOFOLLOW\) = -1 ENOENT \(No such file or directory\)'
shows 'pipe2\(\[N,N\],O_NONBLOCK\) = 0'
shows 'write\(N,"01234567890123456789012345678901"\.\.\.,40\) = 40'
shows 'read\(N,"01234",5\) = 5'
shows 'epoll_ctl\(N,EPOLL_CTL_ADD,N,\{events=EPOLLIN\|EPOLLET,data=0xabc\}\) = 0'
shows 'epoll_pwait\(N,\[\{events=EPOLLIN,data=0xabc\}\],1,0,NULL,8\) = 1'
shows 'socket\(AF_UNIX,SOCK_STREAM\|SOCK_CLOEXEC,0\) = N'
shows 'connect\(N,\{sa_family=AF_UNIX,sun_path="sock"\},110\) = -1 ENOENT \(No such file or directory\)'
shows 'rt_sigaction\(SIGUSR1,\{sa_handler=SIG_IGN,sa_mask=\[SIGUSR1\],sa_flags=SA_RESTART\},.*\) = 0'
shows 'kill\([0-9]+,SIGUSR1\) = 0'
shows 'mmap\(NULL,4096,PROT_READ\|PROT_WRITE,MAP_PRIVATE\|MAP_ANONYMOUS,-1,0\) = 0x[0-9a-f]+'
shows 'clone\(CLONE_CHILD_CLEARTID\|CLONE_CHILD_SETTID\|SIGCHLD,NULL,NULL,NULL,0x[0-9a-f]+( <unfinished ...>|\) = [1-9][0-9]*)'
shows '(<... clone resumed>|clone\(.*)\) = 0'
shows 'wait4\(N( <unfinished \.\.\.>|,.*)'
shows '.*\[\{WIFEXITED\(s\) && WEXITSTATUS\(s\) == 5\}\],0,NULL\) = [0-9]+'
shows '<... pkey_alloc resumed>\) = -1 ENOSYS \(Function not implemented\)'
shows 'system call pkey_alloc is refused: .*'
shows 'system call rseq is refused: restartable sequences .*'
shows 'syscall_1000\(0x1,.*\) = -1 ENOSYS \(Function not implemented\)'
shows 'system call 1000 does not exist'
shows 'exit_group\(N.*'
grep -qvE '^[0-9]+ |^system call ' log && { echo 'FAIL: a line without its process'; failed=1; }
[ "$(sed -n 's/^\([0-9]*\) .*/\1/p' log | sort -u | wc -l)" -eq 2 ] || { echo "FAIL: not two processes"; failed=1; }
[ $failed = 0 ] || cat log
exit $failed
