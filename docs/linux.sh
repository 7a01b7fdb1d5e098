#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes docs/linux.md to standard output: a table of every system call of linux/sys_names.def, from the rows of linux/sys/*.c
# and from the programs of tests/sys that call it. tests/sys/table.sh sees to it that the file is up to date.
set -e
export LC_ALL=C
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# file:number:name:error:reason, of which a row that is done has the first three
for file in emulator/linux/sys/*.c; do
    awk -v file="$(basename "$file")" '
        /^SYSCALL[0-6]\(/ {
            split($0, part, /[(),] */)
            print file ":" part[2] ":" part[3] "::"
        }
        /^SYS_REFUSE\(/ { text = "" }
        /^SYS_REFUSE\(/, /\);$/ {
            line = $0
            sub(/^ +/, "", line)
            text = text (text == "" ? "" : " ") line
            if (line ~ /\);$/) {
                split(text, part, /[(),] */)
                reason = text
                sub(/^[^"]*"/, "", reason)
                sub(/"\);$/, "", reason)
                gsub(/" "/, "", reason)
                print file ":" part[2] ":" part[3] ":" part[4] ":" reason
            }
        }' "$file"
done >"$scratch/rows"

# name:program, for each word of a program that names a call: `SYS_name`, or a function of the C library that makes it.
sed 's/ .*//; s/^/s:^/; s/=/$:/; s/$/:/' >"$scratch/renames" <<'END'
clock_gettime= the library asks the vDSO
eventfd=eventfd2
fstat=newfstatat
getrlimit=prlimit64
lstat=newfstatat
mq_receive=mq_timedreceive
mq_send=mq_timedsend
nanosleep=clock_nanosleep
pread=pread64
pwrite=pwrite64
semop=semtimedop
setrlimit=prlimit64
sigaction=rt_sigaction
signalfd=signalfd4
sigpending=rt_sigpending
sigsuspend=rt_sigsuspend
sigtimedwait=rt_sigtimedwait
stat=newfstatat
waitpid=wait4
END
for program in tests/sys/*.c; do
    sed 's://.*::' "$program" >"$scratch/code"
    {
        grep -oE '\bSYS_[a-z0-9_]+' "$scratch/code" | sed 's/^SYS_//'
        grep -oE '\b[a-z0-9_]+\(' "$scratch/code" | sed 's/($//' | sed -f "$scratch/renames"
    } | sort -u | sed "s/\$/:$(basename "$program" .c)/"
done >"$scratch/words"

cat <<'END'
# System calls

Every system call of the kernel for arm64. This file is written by `docs/linux.sh`, from the rows of `emulator/linux/sys/`
and the programs of `tests/sys/`; how a row is written is in [add-syscall.md](add-syscall.md).

- **State**: *done*, or the error that the call gives, which is that of a kernel that has not got it or does not permit it, and why.
- **Tests**: programs of `tests/sys/` that make the call, three at most; each is the tests `sys_NAME.*`, one an engine, and
  `sys_NAME.native` on the host's kernel. *rows* is `sys_rows`: it reads from the trace of all programs that some program makes the call,
  and compares what a refused one gives. Besides, `sys_sweep` makes every call with bad pointers and odd arguments, for the guest
  and on the host, and compares.

Commands of `ioctl` are rows of `emulator/linux/sys/ioctl.def`, operations of `prctl` rows of `emulator/linux/sys/prctl.def`. A number that is not below gives
ENOSYS, which `-d unimp` shows.

END

awk -F: -v rows="$scratch/rows" -v words="$scratch/words" '
    function tests(name,   n, all, i, text) {
        n = split(by[name], all, " ")
        for (i = 1; i <= n && i <= 3; i++)
            text = text (i > 1 ? ", " : "") all[i]
        return text (n > 3 ? " ..." : "")
    }
    BEGIN {
        while ((getline <words) > 0)
            by[$1] = by[$1] " " $2
        while ((getline <rows) > 0) {
            where[$3] = $1
            error[$3] = $4
            why[$3] = $0
            sub(/^[^:]*:[^:]*:[^:]*:[^:]*:/, "", why[$3])
        }
    }
    /^SYS_NAME\(/ {
        split($0, part, /[(),] */)
        name = part[3]
        done += where[name] != "" && error[name] == ""
        refused += error[name] != ""
        state = error[name] == "" ? "done" : error[name] ": " why[name]
        test = error[name] == "" && name in by ? tests(name) : "rows"
        table = table "| " part[2] " | " name " | " state " | " where[name] " | " test " |\n"
    }
    END {
        printf "%d calls are done, %d refused.\n\n", done, refused
        print "| Number | Call | State | Row in | Tests |\n|---|---|---|---|---|"
        printf "%s", table
    }' emulator/linux/sys_names.def
