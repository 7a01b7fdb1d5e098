# SPDX-License-Identifier: MIT
# --saved, many programs at once: they begin, read what is kept, write it anew and remove it at the same time; their threads come to
# the same kept blocks together, children go on with them, and code in one place is another in each of them. All compute what is right.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
dir=$SCRATCH/kept

{
    cat <<'C'
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
enum { THREADS = 6, FUNCTIONS = 1000, USED = 150, ROUNDS = 12, PLACE = 64 };
C
    for i in $(seq 0 999); do echo "__attribute__((noinline)) unsigned f$i(unsigned a) { return a % 3 ? a + $i : a ^ $i; }"; done
    echo 'unsigned (*const all[])(unsigned) = {'
    for i in $(seq 0 999); do echo "f$i,"; done
    cat <<'C'
};
static unsigned from, seed, modulus;
static unsigned (*step)(unsigned);
static uint32_t *code; // PLACE words for each thread, and as many for a child
static pthread_barrier_t together;

// A function that adds n.
static unsigned (*made(int place, unsigned n))(unsigned)
{
    uint32_t *at = code + place * PLACE;
    at[0] = 0x11000000 | n << 10; // add w0, w0, #n
    at[1] = 0xd65f03c0;           // ret
    __builtin___clear_cache((char *)at, (char *)(at + 2));
    return (unsigned (*)(unsigned))at;
}

// How often the result was wrong.
static int work(int place, int rounds)
{
    int wrong = 0;
    unsigned a = seed, b = seed;
    for (int k = 0; k < rounds; k++) {
        unsigned n = (seed + (unsigned)k / 4) % 4096;
        unsigned (*add)(unsigned) = k % 4 && place >= 0 ? (unsigned (*)(unsigned))(code + place * PLACE) : made(place, n);
        for (unsigned i = 0; i < USED; i++) {
            unsigned j = (from + i) % FUNCTIONS;
            a = all[j](add(a) + step(a));
            b = b % modulus + b + n;
            b = b % 3 ? b + j : b ^ j;
        }
        wrong += a != b;
    }
    return wrong;
}

static void *thread(void *place)
{
    pthread_barrier_wait(&together);
    return (void *)(intptr_t)work((int)(intptr_t)place, ROUNDS);
}

int main(int argc, char **argv)
{
    seed = (unsigned)atoi(argv[1]);
    from = seed * 7;
    void *lib = dlopen(argv[2], RTLD_NOW);
    modulus = (unsigned)atoi(argv[3]);
    step = (unsigned (*)(unsigned))dlsym(lib, "step");
    code = mmap((char *)0x1f00000000, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (code == MAP_FAILED || !step)
        return 2;
    pthread_t t[THREADS];
    pthread_barrier_init(&together, NULL, THREADS + 1);
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(t + i, NULL, thread, (void *)i);
    pthread_barrier_wait(&together);
    int wrong = 0, status;
    pid_t child = fork(); // while the others join
    if (!child)
        _exit(work(THREADS, ROUNDS));
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(t[i], &result);
        wrong += (int)(intptr_t)result;
    }
    if (waitpid(child, &status, 0) != child || status)
        wrong += 1000;
    printf("%d wrong\n", wrong);
    fflush(stdout);
    if (argc > 4) {
        argv[4] = NULL;
        execv(argv[0], argv);
    }
    return wrong != 0;
}
C
} >together.c
"$CC" -O1 -pthread -o together together.c || fail 'cannot compile'
for n in 7 9; do
    echo "unsigned step(unsigned i) { return i % $n; }" >step.c
    "$CC" -O1 -shared -fPIC -o lib$n.so step.c || fail 'cannot compile a library'
done

# one N: run number N, of which $turn says what it computes.
one() {
    n=$((7 + turn % 2 * 2))
    again=
    [ $((turn % 5)) != 0 ] || again=again
    # shellcheck disable=SC2086
    timeout -s KILL 60 "$A64RUN" -d saved -D "log.$1" "--saved=$dir" -L "$SYSROOT" ./together $turn ./lib$n.so $n $again >"out.$1" 2>"err.$1" ||
        echo "run $1: status $?" >"bad.$1"
}
turn=0
for batch in 1 2 3 4 5; do
    pids=
    for i in 1 2 3 4 5 6 7 8; do
        turn=$((turn + 1))
        one $turn &
        pids="$pids $!"
    done
    # In the midst of it somebody empties the folder.
    [ $batch != 3 ] || rm -rf "$dir"
    for pid in $pids; do wait "$pid"; done
done
cat bad.* err.* >said 2>/dev/null
[ ! -s said ] || fail "$(head -5 said)"
cat out.* | sort -u >out
prints '0 wrong'
[ "$(cat out.* | wc -l)" = 48 ] || fail 'not all have run'
written=$(cat log.* | grep -c 'written $')
used=$(cat log.* | sed -n 's/.*: used \([0-9]*\) .*/\1/p' | awk '{ sum += $1 } END { print sum }')
[ "$written" -ge 5 ] && [ "$used" -ge 5000 ] || fail "written $written times, $used used"
# Nothing else stays than what is kept.
for name in "$dir"/* "$dir"/.[!.]*; do
    case ${name##*/} in together-* | '.[!.]*') ;; *) fail "left behind: $name" ;; esac
done
exit 0
