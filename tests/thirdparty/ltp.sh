#!/bin/sh
# SPDX-License-Identifier: MIT
# ltp.sh SOURCE [FOLDER...]: the Linux Test Project's tests of system calls, those in testcases/kernel/syscalls/FOLDER (some that are of
# processes, signals, memory and time by default), built for this machine and for AArch64 from a copy of the unpacked SOURCE. Each command
# of runtest/syscalls runs natively and emulated, in namespaces of its own; those that pass natively and fail emulated are listed, and are the
# failure of this script. By hand, as root, since Debian has no such package and the tests take loop devices and change limits.
# Variables: A64RUN, the emulator; SCRATCH, an empty folder; LIMIT, seconds for one command (60); JOBS (2).
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
[ -e "${1-}/runtest/syscalls" ] || { echo 'ltp.sh: usage: ltp.sh SOURCE [FOLDER...]; SOURCE is an unpacked release of LTP' >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo 'ltp.sh: its tests are for root' >&2; exit 2; }
source=$(cd "$1" && pwd)
shift
: "${A64RUN:=$top/sdk/bin/a64run}" "${SCRATCH:=$top/out/thirdparty/ltp}" "${LIMIT:=60}" "${JOBS:=2}"
[ -x "$A64RUN" ] || { echo "ltp.sh: there is no $A64RUN" >&2; exit 2; }
folders=${*:-clone clone3 fork vfork execve execveat exit exit_group wait4 waitid kill tgkill futex mmap mremap munmap mprotect madvise
    mlock mlock2 mincore brk rt_sigaction rt_sigprocmask rt_sigqueueinfo sigaltstack timer_create timer_settime setitimer ptrace prctl
    process_madvise cma pidfd_open pidfd_send_signal seccomp epoll_pwait signalfd4 memfd_create io_uring}
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"

# MACHINE CONFIGURE-WORD...
build() {
    machine=$1
    shift
    cp -R "$source" "$SCRATCH/$machine"
    cd "$SCRATCH/$machine"
    { [ -x configure ] || make autotools; ./configure --disable-metadata --without-numa "$@"; make -C lib libltp.a; make -k -j"$JOBS" -C libs; } \
        >"$SCRATCH/build.$machine" 2>&1 || { tail "$SCRATCH/build.$machine"; exit 1; }
    for folder in $folders; do
        make -k -j"$JOBS" -C "testcases/kernel/syscalls/$folder" >>"$SCRATCH/build.$machine" 2>&1 || echo "ltp.sh: not all of $folder could be built for $machine"
    done
}

# MACHINE [EMULATOR]: lines of a tag and its status: 0 passed, 32 not for this machine, others failed.
run() {
    machine=$1
    root=$SCRATCH/$machine
    for folder in $folders; do
        cd "$root/testcases/kernel/syscalls/$folder"
        grep -v '^#' "$root/runtest/syscalls" | while read -r tag program arguments; do
            [ -f "./$program" ] || continue
            mkdir -p "$SCRATCH/tmp/$tag" && chmod 777 "$SCRATCH/tmp/$tag"
            status=0
            # Under a shell, since LTP takes a parent with the number 1 for none.
            # shellcheck disable=SC2086
            TMPDIR=$SCRATCH/tmp/$tag LTPROOT=$root KCONFIG_SKIP_CHECK=1 LTP_SINGLE_FS_TYPE=tmpfs PATH=$PATH:$PWD timeout "$LIMIT" \
                unshare -m -p -u -f --mount-proc --kill-child sh -c '"$@"; exit $?' ltp ${2-} "./$program" $arguments \
                >"$SCRATCH/$machine.$tag" 2>&1 </dev/null || status=$?
            echo "$tag $status"
            rm -rf "$SCRATCH/tmp/$tag"
        done
    done >"$SCRATCH/results.$machine"
}

build native
build arm64 --host=aarch64-linux-gnu CC=aarch64-linux-gnu-gcc LDFLAGS=-static
run native
run arm64 "$A64RUN"
awk 'NR == FNR { native[$1] = $2; next }
     { emulated[$2 == 0 ? "passed" : $2 == 32 ? "not for this machine" : "failed"]++; all++ }
     $2 != 0 && $2 != 32 && native[$1] == 0 { print "fails emulated only: " $1 " (" $2 ")"; bad++ }
     END { printf "ltp: %d commands: %d passed emulated, %d failed, %d are not for the machine; %d of the failures pass natively\n", all,
           emulated["passed"], emulated["failed"], emulated["not for this machine"], bad
           exit bad > 0 || !emulated["passed"] }' "$SCRATCH/results.native" "$SCRATCH/results.arm64"
