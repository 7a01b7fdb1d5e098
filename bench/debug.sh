#!/bin/bash
# SPDX-License-Identifier: MIT
# debug.sh [report|overhead|speed|step|condition]...: what debugging costs, all five without arguments.
#   report     the crash report of a C++ program of twelve threads with inlined frames, less the same crash without
#   overhead   a program that does not crash, with reports on over the same with them off
#   speed      a program under gdb that hits no breakpoint over the same without gdb
#   step       gdb's `step` over a line, median of 200
#   condition  evaluations of a breakpoint's condition by the emulator, a millisecond
# report and overhead: the least of ten, in turn; processor time (user and system), and for the report wall time in front of it.
# Needs the cross compilers and gdb-multiarch. A64RUN: the emulator, by default that of sdk/bin. GDB: another gdb.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
: "${A64RUN:=$top/sdk/bin/a64run}" "${GDB:=gdb-multiarch}"
A64RUN=$(command -v "$A64RUN") || { echo "debug.sh: no emulator: build it, or set A64RUN" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/a64kit-bench.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || :; rm -rf -- "$work"' EXIT
cd "$work"
export A64RUN_SAVED=off

cat >crash.cc <<'END'
#include <atomic>
#include <functional>
#include <thread>
#include <unistd.h>
#include <vector>
static std::atomic<int> ready;
static inline int innermost(const std::vector<int> &v, int *p) { return v.size() ? *p + v[0] : 0; }
static inline int inner(const std::vector<int> &v, int *p) { return innermost(v, p) + 1; }
__attribute__((noinline)) static int deep(int n, const std::function<int(int)> &f) { return n ? deep(n - 1, f) + 1 : f(n); }
static void work(int number)
{
    deep(8, [number](int) {
        ready++;
        while (number)
            pause();
        while (ready < 12)
            usleep(100);
        return inner(std::vector<int>(3), nullptr);
    });
}
int main()
{
    std::vector<std::thread> all;
    for (int i = 0; i < 12; i++)
        all.emplace_back(work, i);
    for (auto &t : all)
        t.join();
}
END
cat >loop.c <<'END'
#include <stdio.h>
static volatile unsigned sum;
__attribute__((noinline)) static void turn(unsigned i) { sum += i * i; }
int main(int argc, char **argv)
{
    for (unsigned i = 0; i < (argc > 1 ? 200000 : 200000000); i++)
        turn(i);
    printf("%u\n", sum);
    return argv[0] == 0;
}
END
cat >lines.c <<'END'
int main(void)
{
    volatile int a = 0;
    for (int i = 0; i < 1000; i++) {
        a = a + 1;
        a = a * 3;
        a = a - i;
    }
    return a == 0;
}
END
aarch64-linux-gnu-g++ -std=c++17 -O1 -g -pthread -o crash crash.cc
aarch64-linux-gnu-gcc -O1 -g -static -o loop loop.c
aarch64-linux-gnu-gcc -O0 -g -static -o lines lines.c

# took COMMAND...: adds "WALL CPU" to the file named $times.
took()
{
    local TIMEFORMAT='%R %U %S'
    { time "$@" >out 2>&1 || :; } 2>time
    tail -1 time | awk '{ print $1, $2 + $3 }' >>"$times"
}

# least FILE COLUMN
least() { sort -g -k "$2,$2" "$1" | awk -v c="$2" 'NR == 1 { print $c }'; }

crash_report()
{
    for run in 1 2 3 4 5 6 7 8 9 10; do
        times=with took "$A64RUN" --report=always ./crash
        grep -q 'innermost' out || { cat out; echo "debug.sh: no report"; exit 1; }
        times=without took "$A64RUN" --report=never ./crash
    done
    awk -v w="$(least with 1)" -v w0="$(least without 1)" -v c="$(least with 2)" -v c0="$(least without 2)" \
        'BEGIN { printf "report     %.2f s wall, %.2f s processor time, less %.2f and %.2f without\n", w - w0, c - c0, w0, c0 }'
}

overhead()
{
    rm -f with without
    for run in 1 2 3 4 5 6 7 8 9 10; do
        times=with took "$A64RUN" --report=always ./loop
        times=without took "$A64RUN" --report=never ./loop
    done
    awk -v c="$(least with 2)" -v c0="$(least without 2)" 'BEGIN { printf "overhead   %.3f (%.2f s over %.2f s)\n", c / c0, c, c0 }'
}

# under_gdb PROGRAM ARGUMENTS: a session, with the commands on standard input; what gdb says.
under_gdb()
{
    cat >commands
    "$A64RUN" -g "$work/socket" "$@" >/dev/null 2>&1 &
    server=$!
    while [ ! -S socket ]; do sleep 0.01; done
    "$GDB" -nx -batch -ex 'set debuginfod enabled off' -ex "target remote $work/socket" -x commands "$1" 2>&1
    wait $server 2>/dev/null || : # killed
    server=
}

speed()
{
    rm -f with without
    for run in 1 2 3 4 5; do
        # The server's own process is not a child of this shell's `time`: its processor time is asked for at its end.
        under_gdb ./loop >out <<'END'
catch syscall exit_group
continue
python
fields = open("/proc/%d/stat" % gdb.selected_inferior().pid).read().rsplit(")", 1)[1].split()
print("spent", (int(fields[11]) + int(fields[12])) / 100)
end
kill
END
        awk '$1 == "spent" { print $2, $2 }' out >>with
        times=without took "$A64RUN" ./loop
    done
    awk -v c="$(least with 2)" -v c0="$(least without 2)" 'BEGIN { printf "speed      %.3f (%.2f s over %.2f s)\n", c / c0, c, c0 }'
}

step()
{
    under_gdb ./lines <<'END' | sed -n 's/^median/step       median/p'
break main
continue
python
import time
taken = []
for i in range(200):
    begin = time.perf_counter()
    gdb.execute("step", to_string=True)
    taken.append(1000 * (time.perf_counter() - begin))
taken.sort()
print("median %.2f ms, a tenth below %.2f, a tenth above %.2f" % (taken[100], taken[20], taken[180]))
end
kill
END
}

condition()
{
    under_gdb ./loop few <<'END' | sed -n 's/^rate/condition /p'
break turn if i == 199999
python
import time, re
begin = time.perf_counter()
gdb.execute("continue", to_string=True)
taken = 1000 * (time.perf_counter() - begin)
stats = gdb.execute("monitor stats", to_string=True)
count = int(re.search(r"conditions evaluated (\d+)", stats).group(1))
print("rate %.0f evaluations a millisecond (%d in %.0f ms)" % (count / taken, count, taken))
end
kill
END
}

for what in "${@:-report overhead speed step condition}"; do
    for each in $what; do
        case $each in
        report) crash_report ;;
        overhead | speed | step | condition) $each ;;
        *) echo "debug.sh: '$each': one of report, overhead, speed, step, condition" >&2; exit 1 ;;
        esac
    done
done
