# SPDX-License-Identifier: MIT
# --saved: translations are kept from run to run, used again where the guest's code is still the same, and nowhere else;
# whatever is wrong with the file or its folder, the program does what it does without.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
# Where everything is compiled twice at once, more is made anew than this counts on.
[ "${A64RUN_TIER-}" != t2-1 ] || export A64RUN_TIER=t1-1

dir=$SCRATCH/kept
# kept_run command...: runs it, and leaves what the log says of its blocks in $used, $made and $what.
kept_run() {
    "$A64RUN" -d saved -D log "--saved=$dir" "$@" >out 2>err || fail "exit $?: $*"
    quiet
    used=$(sed -n 's/.*: used \([0-9]*\) .*/\1/p' log)
    made=$(sed -n 's/.* made \([0-9]*\),.*/\1/p' log)
    what=$(sed -n 's/.*; //p' log)
}
file() { ls "$dir"/"$1"-*; }

cat >sum.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int step(int i);
int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 0; i < 1000 * argc; i++)
        sum += step(i);
    printf("%d %s\n", sum, argc > 1 ? argv[1] : "");
    return 0;
}
C
echo 'int step(int i) { return i % 7; }' >one.c
echo 'int step(int i) { return i % 9; }' >two.c
"$CC" -O1 -static -o sum sum.c one.c || fail 'cannot compile'
"$CC" -O1 -static -o other sum.c two.c || fail 'cannot compile'
expected=$("$A64RUN" --saved=off ./sum)
expected_other=$("$A64RUN" --saved=off ./other)

# The first run keeps what the others use.
kept_run ./sum
prints "$expected"
[ "$used" = 0 ] && [ "$made" -gt 100 ] && [ "$what" = 'written ' ] || fail "first run: $(cat log)"
first=$made
for _ in 1 2 3 4 5; do
    kept_run ./sum
    prints "$expected"
    [ "$made" -lt 5 ] && [ "$used" -ge $((first / 2)) ] || fail "another run: $(cat log)"
done
[ "$what" = 'left as it is ' ] || fail "nothing new, and yet: $(cat log)"
# What little each run compiles anew is kept when many have done it.
compiled() { sed -n 's/.* compiled \([0-9]*\),.*/\1/p' log; }
regions() { sed -n 's/.* regions \([0-9]*\) of.*/\1/p' log; }
looked_at() { sed -n 's/.* of \([0-9]*\) loops;.*/\1/p' log; }
each=$(compiled)
for _ in $(seq 100); do
    [ "$each" -ge 5 ] && [ "$what" != 'written ' ] || break
    kept_run ./sum
done
[ "$each" -lt 5 ] || [ "$what" = 'written ' ] || fail "never kept: $(cat log)"
kept_run ./sum
prints "$expected"
[ "$each" -lt 5 ] || [ "$(compiled)" -lt "$each" ] || fail "not kept: $(cat log)"
[ "$(stat -c %a "$(file sum)")" = 600 ] || fail "others can read $(file sum)"
[ "$(ls "$dir" | wc -l)" = 1 ] || fail "more than one file: $(ls "$dir")"

# Loops that no run brings round often enough are not looked at after some runs either: each would find others.
awk 'BEGIN {
    print "#include <stdio.h>\nunsigned table[8];"
    for (n = 0; n < 60; n++)
        print "__attribute__((noinline)) unsigned f" n "(unsigned x, int rounds) {\n" \
            "for (int i = 0; i < rounds; i++) { if (x & 1) x = x * 3 + " n "; else { x >>= 1; table[i & 7] += x; } }\n" \
            "return x; }"
    print "int main(int argc, char **argv) { unsigned x = 7; (void)argv;"
    for (n = 0; n < 60; n++) print "for (int i = 0; i < 6; i++) x += f" n "(x, 7 * argc);"
    print "printf(\"%u\\n\", x + table[3]); return 0; }"
}' >loops.c
"$CC" -O1 -static -o loops loops.c || fail 'cannot compile loops'
rm -rf "$dir"
tier=${A64RUN_TIER-}
export A64RUN_TIER=t2
for run in 1 2 3 4 5 6 7 8 9 10 11 12; do
    kept_run ./loops
    [ "$run" -le 4 ] || [ "$(looked_at)" = 0 ] || fail "run $run looks at loops: $(cat log)"
done
export A64RUN_TIER="$tier"
rm -rf "$dir"
kept_run ./sum

# Another processor, another way to compile: another file.
"$A64RUN" -cpu cortex-a53 "--saved=$dir" ./sum >out || fail "cortex-a53"
prints "$expected"
[ "$(ls "$dir" | wc -l)" = 2 ] || fail "one file for two processors"

# Another program of the name.
cp other sum
kept_run ./sum
prints "$expected_other"
[ "$used" = 0 ] || fail "what was made of the former program: $(cat log)"
# The same file with other contents: bytes of the code, but neither size nor time. Its blocks differ from then on.
kept_run ./sum
[ "$used" -gt 100 ] || fail "not kept: $(cat log)"
touch -r sum stamp
"$CC" -O1 -static -o sum2 sum.c one.c || fail 'cannot compile'
[ "$(stat -c %s sum2)" = "$(stat -c %s sum)" ] || fail 'the two programs are not of one size'
dd if=sum2 of=sum conv=notrunc status=none && touch -r stamp sum
kept_run ./sum
prints "$expected"
[ "$used" -gt 50 ] && [ "$made" -gt 0 ] || fail "contents changed: $(cat log)"

# A library that is another now, beneath the same program.
for n in one two; do
    "$CC" -O1 -shared -fPIC -o lib$n.so $n.c || fail 'cannot compile a library'
done
cp libone.so libstep.so
# shellcheck disable=SC2016
"$CC" -O1 -o dynamic sum.c -L. -lstep -Wl,-rpath,'$ORIGIN' || fail 'cannot link'
for _ in 1 2; do
    kept_run -L "$SYSROOT" ./dynamic
    prints "$expected"
done
[ "$used" -gt 100 ] || fail "dynamic: $(cat log)"
cp libtwo.so libstep.so
kept_run -L "$SYSROOT" ./dynamic
prints "$expected_other"
[ "$used" -gt 100 ] && [ "$made" -gt 0 ] || fail "another library: $(cat log)"

# The two by turns: what is linked to either is not led to the other.
for turn in 1 2 3 4; do
    cp libone.so libstep.so
    kept_run -L "$SYSROOT" ./dynamic
    prints "$expected"
    cp libtwo.so libstep.so
    kept_run -L "$SYSROOT" ./dynamic
    prints "$expected_other"
    [ "$used" -gt 100 ] || fail "library by turns, $turn: $(cat log)"
done
[ "$made" -lt 10 ] || fail "both libraries are known, and yet: $(cat log)"

# A library that is another now, beneath one that is still the same: what leads there is kept only as long as it is what it was.
for n in 3 5; do
    echo "static int from; __attribute__((constructor)) static void begin(void) { from = 1; } int inner(int i) { return from + i % $n; }" >inner.c
    "$CC" -O1 -shared -fPIC -o inner$n.so inner.c || fail 'cannot compile a library'
done
echo 'int inner(int i); int step(int i) { int sum = 0; for (int k = 0; k < 3; k++) sum += inner(i + k); return sum; }' >outer.c
cp inner3.so libinner.so
# shellcheck disable=SC2016
"$CC" -O1 -shared -fPIC -o libouter.so outer.c -L. -linner -Wl,-rpath,'$ORIGIN' -Wl,-z,now || fail 'cannot link a library'
# shellcheck disable=SC2016
"$CC" -O1 -o above sum.c -L. -louter -Wl,-rpath,'$ORIGIN',-rpath-link,. || fail 'cannot link'
for n in 3 3 3 5 3 5 5; do
    cp inner$n.so libinner.so
    expected_above=$("$A64RUN" --saved=off -L "$SYSROOT" ./above)
    kept_run -L "$SYSROOT" ./above
    prints "$expected_above"
done
[ "$used" -gt 100 ] || fail "above: $(cat log)"

# A folder whose files may not be executed.
in_noexec() {
    unshare -rm sh -c 'mkdir -p noexec && mount -t tmpfs -o noexec none noexec && "$@"' sh "$@"
}
if in_noexec true 2>/dev/null; then
    # shellcheck disable=SC2016
    in_noexec sh -c '"$@" && "$@" && "$@"' sh "$A64RUN" -d saved -D log "--saved=$PWD/noexec/kept" ./sum >out 2>err ||
        fail "exit $?: noexec"
    quiet
    prints "$expected
$expected
$expected"
    grep -q 'used [1-9][0-9]* blocks' log || fail "noexec: $(cat log)"
else
    echo 'not tested: a folder whose files may not be executed (no mount namespace)'
fi

# Libraries that come and go, each run in another order, at the same addresses.
cat >plugins.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        void *lib = dlopen(argv[k], RTLD_NOW);
        int (*step)(int) = (int (*)(int))dlsym(lib, "step");
        int sum = 0;
        for (int i = 0; i < 1000; i++)
            sum += step(i);
        printf("%d ", sum);
        dlclose(lib);
    }
    puts("");
    return 0;
}
C
"$CC" -O1 -o plugins plugins.c || fail 'cannot compile'
for order in 'one two' 'two one' 'one one two' 'two two one' 'one two' 'two one'; do
    libraries=$(printf './lib%s.so ' $order)
    # shellcheck disable=SC2086
    expected_order=$("$A64RUN" --saved=off -L "$SYSROOT" ./plugins $libraries)
    # shellcheck disable=SC2086
    kept_run -L "$SYSROOT" ./plugins $libraries
    prints "$expected_order"
done
[ "$used" -gt $((10 * made)) ] || fail "plugins in every order are known, and yet: $(cat log)"

# What is kept before a program of the host is to be executed, which fails, goes on being run.
cat >stays.c <<'C'
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int work(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += i * (int)strlen("abc") % 7;
    return sum;
}
int main(void)
{
    char path[] = "./broken", *args[] = {path, NULL};
    for (int i = 0; i < 3; i++) {
        printf("%d ", work(5000));
        if (execv(path, args) == 0)
            return 1;
    }
    puts("");
    return 0;
}
C
"$CC" -O1 -o stays stays.c || fail 'cannot compile'
head -c 64 /bin/sh >broken && chmod +x broken
expected_stays=$("$A64RUN" --saved=off -L "$SYSROOT" ./stays)
for _ in 1 2 3; do
    kept_run -L "$SYSROOT" ./stays
    prints "$expected_stays"
done
[ "$(sed -n '$s/.*: used \([0-9]*\) .*/\1/p' log)" -gt 100 ] || fail "stays: $(cat log)"

# A program that does something else each time, with little memory: its file grows, and then stays; nothing runs out.
{
    echo '#include <stdio.h>'
    echo '#include <stdlib.h>'
    for i in $(seq 0 1999); do echo "__attribute__((noinline)) int f$i(int a) { return a % 3 ? a + $i : a ^ $i; }"; done
    echo 'int (*const all[])(int) = {'
    for i in $(seq 0 1999); do echo "f$i,"; done
    echo '};'
    echo 'int main(int argc, char **argv) { int from = atoi(argv[1]), rounds = argc > 2 ? atoi(argv[2]) : 60, sum = 0;'
    echo 'for (int k = 0; k < rounds; k++) { for (int i = from; i < from + 400; i++) sum = all[i](sum);'
    echo 'if (argc > 3) __builtin___clear_cache((char *)all[0], (char *)all[1999]); } printf("%d", sum); puts(""); return 0; }'
} >many.c
"$CC" -O1 -static -o many many.c || fail 'cannot compile'
for from in 0 400 0 800 1200 1600 0; do
    expected_many=$("$A64RUN" --saved=off ./many $from)
    kept_run --cache=1M ./many $from
    prints "$expected_many"
    [ "$used" -gt 0 ] || [ "$made" -ge 400 ] || fail "from $from: $(cat log)"
    [ $((used + made)) -ge 400 ] || fail "from $from, out of memory: $(cat log)"
done

# What is not hot in any run is not compiled because there were many runs, each of which is worth keeping. (The second compiles
# what 25 runs like the first make hot.)
for _ in 1 2; do
    kept_run --tier=t1-50 ./many 0 4
done
for from in 100 200 300 400 500 600; do
    kept_run --tier=t1-50 ./many $from 4
    [ "$what" = 'written ' ] || fail "4 rounds from $from: $(cat log)"
    [ "$(compiled)" -lt 50 ] || fail "4 rounds from $from: $(cat log)"
done

# A loop that ten runs like the first make a region of is made one in the second. Its hot way is a branch that is taken.
cat >rounds.c <<'C'
#include <stdio.h>
int main(void)
{
    long sum = 0, n = 200;
    __asm__("1: tbz %1, #1, 2f\n add %0, %0, #1\n2: add %0, %0, %1\n sub %1, %1, #1\n cbnz %1, 1b" : "+r"(sum), "+r"(n));
    printf("%ld\n", sum);
    return 0;
}
C
"$CC" -O1 -static -o rounds rounds.c || fail 'cannot compile'
for want in 0 1 0; do
    kept_run --tier=t2 --threshold=50 ./rounds
    prints 20200
    [ "$(regions)" = $want ] || fail "regions, expected $want: $(cat log)"
done

# Code in more mappings than can join at once: what was compiled of all of them is kept.
cat >mappings.c <<'C'
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
enum { MAPPINGS = 1100 };
int main(void)
{
    static int (*f[MAPPINGS])(int);
    for (int i = 0; i < MAPPINGS; i++) {
        uint32_t *code = mmap((char *)0x1f00000000 + i * 0x3000, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        code[0] = 0x11000000 | i << 10; // add w0, w0, #i
        code[1] = 0xd65f03c0;           // ret
        __builtin___clear_cache((char *)code, (char *)(code + 2));
        f[i] = (int (*)(int))code;
    }
    int sum = 0;
    for (int k = 0; k < 200; k++)
        for (int i = 0; i < MAPPINGS; i++)
            sum = f[i](sum);
    printf("%d\n", sum);
    return 0;
}
C
"$CC" -O1 -static -o mappings mappings.c || fail 'cannot compile'
for _ in 1 2 3 4; do
    kept_run ./mappings
    prints 120890000
done
[ "$used" -gt 1100 ] && [ "$(compiled)" -lt 50 ] && [ "$what" = 'left as it is ' ] || fail "many mappings: $(cat log)"

# Files that are no good.
cp "$(file dynamic)" good
spoil() {
    what_for=$1
    shift
    cp good "$(file dynamic)"
    "$@"
    kept_run -L "$SYSROOT" ./dynamic
    prints "$expected_other"
    [ "$used" = 0 ] || fail "$what_for: used all the same"
}
target=$(file dynamic)
spoil 'emptied' truncate -s 0 "$target"
spoil 'cut' truncate -s -4096 "$target"
spoil 'longer' truncate -s +4096 "$target"
spoil 'of another kind' dd if=/dev/urandom of="$target" bs=64 count=1 conv=notrunc status=none
spoil 'others may write' chmod g+w "$target"
mv "$target" elsewhere
ln -s elsewhere "$target"
kept_run -L "$SYSROOT" ./dynamic
[ "$used" = 0 ] || fail 'a link was followed'

# A file that is made shorter while a program runs in its code ends the program, which is told nothing that is not so.
cat >spins.c <<'C'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void caught(int sig)
{
    _exit(sig);
}
int main(int argc, char **argv)
{
    static volatile long x[64];
    long n = atol(argv[argc - 1]);
    signal(SIGBUS, caught);
    signal(SIGSEGV, caught);
    puts("go");
    fflush(stdout);
    for (long i = 0; i < n; i++)
        x[i & 63] += i;
    return 0;
}
C
"$CC" -O1 -static -o spins spins.c || fail 'cannot compile'
for _ in 1 2 3; do
    kept_run ./spins 300000
done
rm out
timeout 60 "$A64RUN" "--saved=$dir" ./spins 1000000000000 >out 2>err &
until grep -q go out 2>/dev/null; do sleep 0.05; done
truncate -s 4096 "$(file spins)"
wait $! && fail 'it went on without its code'
grep -q 'the emulator itself has a memory fault' err || fail "its file was made shorter: $(cat err)"

# A file that was written before the machine was started is checked by its sum. (A machine that has just been started: a namespace
# of its own, where that is allowed. All of them write a file anew where they do not use it.)
young=
for how in -T -rT; do
    [ -n "$young" ] || ! unshare "$how" --boottime -1 true 2>/dev/null || young=$how
done
young_run() {
    unshare "$young" --boottime -"$(cut -d. -f1 /proc/uptime)" "$A64RUN" -d saved -D log "--saved=$1" ./many 0 4 again >out 2>err ||
        fail "exit $?: $1"
    quiet
    prints "$expected_many"
    used=$(sed -n 's/.*: used \([0-9]*\) .*/\1/p' log)
}
# Turns a bit of a byte of a file.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
if [ -n "$young" ]; then
    rm -rf "$dir" old
    kept_run ./many 0 4
    expected_many=$("$A64RUN" --saved=off ./many 0 4)
    size=$(stat -c %s "$(file many)")
    places="1000 2000 4096 $(seq -s ' ' $((size / 12)) $((size / 12)) $((size - 1)))"
    for at in whole $places; do
        mkdir -p "old/$at"
        cp "$(file many)" "old/$at"
        [ "$at" = whole ] || flip old/"$at"/many-* "$at"
    done
    sleep 2
    young_run "$PWD/old/whole"
    [ "$used" -gt 100 ] || fail "an old file is whole, and yet: $(cat log)"
    for at in $places; do
        young_run "$PWD/old/$at"
        [ "$used" = 0 ] || fail "used, with a bit turned in byte $at"
    done
else
    echo 'not tested: files older than the machine (no time namespace)'
fi

# Nothing is kept of a run without memory for code, whose blocks are others.
rm -rf "$dir"
kept_run --cache=64M ./sum
kept_run --cache=64M ./sum
for kilobytes in 900000 500000 300000 200000; do
    sum=$(cksum <"$(file sum)")
    (ulimit -v $kilobytes; exec "$A64RUN" --cache=64M "--saved=$dir" ./sum) >out 2>err || continue
    [ "$(cat out)" = "$expected" ] || fail "with ulimit -v $kilobytes: $(cat out err)"
    [ ! -s err ] || [ "$sum" = "$(cksum <"$(file sum)")" ] || fail "kept of a run that said: $(cat err)"
    kept_run --cache=64M ./sum
    prints "$expected"
done

# Folders in which nothing can be kept.
for folder in /proc/none /dev/null/none "$SCRATCH/sum/none"; do
    "$A64RUN" "--saved=$folder" ./sum >out 2>err || fail "exit $? with $folder"
    quiet
done
env -u XDG_CACHE_HOME -u A64RUN_SAVED HOME="$SCRATCH/home" "$A64RUN" ./sum >out 2>err || fail 'with HOME'
ls home/.cache/a64run/sum-* >/dev/null || fail 'nothing kept below HOME'
env -u A64RUN_SAVED HOME="$SCRATCH/home" XDG_CACHE_HOME="$SCRATCH/xdg" "$A64RUN" ./sum >out || fail 'with XDG_CACHE_HOME'
ls xdg/a64run/sum-* >/dev/null || fail 'nothing kept below XDG_CACHE_HOME'
env -i "$A64RUN" ./sum >out 2>err || fail 'without variables'
quiet
refuses '--saved relative folder off' "$A64RUN" --saved=relative ./sum
exit 0
