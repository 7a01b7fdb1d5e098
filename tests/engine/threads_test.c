// SPDX-License-Identifier: MIT
// Threads in the engine at once, while others rewrite the code they run, fork, come and go.
//
//   threads_test [CHANGES]
//
// The guest has a main page, FUNCTIONS pages of one function each, and PAGES pages with many blocks
// that seldom run. A function returns its generation. The writer gives a function a new one,
// invalidates its page, and then publishes the generation; runners read what is published and call:
// they must not get an older one. Faults and tagged addresses on the way need the recovery records
// of code that others may just have replaced.
#include "a64/state.h"
#include "engine/engine.h"
#include "tier.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, FUNCTIONS = 16, PAGES = 64, BLOCKS = 100, RUNNERS = 3 };

#define CODE     UINT64_C(0x10000000)
#define FUNCTION (CODE + PAGE)
#define SELDOM   (FUNCTION + FUNCTIONS * PAGE)
#define CODE_END (SELDOM + PAGES * PAGE)
#define NOWHERE  UINT64_C(0x20000000) // nothing is mapped there
#define TAGGED   (UINT64_C(0x5a) << 56 | (uint64_t)&word)

static uint64_t word = 42;
static uint32_t published[FUNCTIONS], generation[FUNCTIONS];
static bool over; // the writer is through
static unsigned failures;
static __thread struct cpu *self;

static void check(bool ok, const char *what, uint64_t got, uint64_t want)
{
    if (ok)
        return;
    if (__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED) < 20)
        printf("FAIL %s: %#" PRIx64 ", expected %#" PRIx64 "\n", what, got, want);
}

// ---- the guest's code

static uint32_t *out; // where the next instruction goes

static void put(uint32_t insn)
{
    *out++ = insn;
}

static uint32_t branch(uint32_t insn, uint64_t from, uint64_t to)
{
    return insn | ((uint32_t)(to - from) / 4 & 0x3ffffff);
}

static void put_branch(uint32_t insn, uint64_t to)
{
    put(branch(insn, (uint64_t)out, to));
}

// Conditional: b.lo (0x54000003), cbz, cbnz.
static void put_if(uint32_t insn, uint64_t to)
{
    put(insn | ((uint32_t)(to - (uint64_t)out) / 4 & 0x7ffff) << 5);
}

enum { B = 0x14000000, BL = 0x94000000, BLR_X11 = 0xd63f0160, RET = 0xd65f03c0 };

static uint32_t movz_x1(uint32_t imm)
{
    return 0xd2800001 | imm << 5;
}

static uint32_t break_insn(uint32_t imm)
{
    return 0xd4200000 | imm << 5;
}

// x19 iterations, x20 published, x21 FUNCTION, x22 multiplier, x23 state of it, x24 SELDOM,
// x25 NOWHERE, x26 TAGGED; x5 counts their blocks.
static uint64_t make_main(uint64_t tail)
{
    out = (uint32_t *)CODE;
    uint64_t fail = tail + 4;
    put(0x9b167ef7);                         // mul x23, x23, x22
    put(0x91001ef7);                         // add x23, x23, #7
    put(0xd37cfee9);                         // lsr x9, x23, #60
    put(0x8b090a8a);                         // add x10, x20, x9, lsl #2
    put(0x8b0932ab);                         // add x11, x21, x9, lsl #12
    put(0x88dffd43);                         // ldar w3, [x10]
    put(BLR_X11);                            // blr x11
    put(0x6b03003f);                         // cmp w1, w3
    put_if(0x54000003, fail);                // b.lo fail
    put(0x88dffe83);                         // ldar w3, [x20]
    put_branch(BL, FUNCTION);                // bl function 0
    put(0x6b03003f);                         // cmp w1, w3
    put_if(0x54000003, fail);                // b.lo fail
    put(0xd3400e69);                         // ubfx x9, x19, #0, #4
    put_if(0xb5000009, (uint64_t)(out + 3)); // cbnz x9, over the next two
    put(0xf9400326);                         // ldr x6, [x25]
    put(0xf9400346);                         // ldr x6, [x26]
    put(0xd37afee9);                         // lsr x9, x23, #58
    put(0x8b09330b);                         // add x11, x24, x9, lsl #12
    put(BLR_X11);                            // blr x11
    put(0xd1000673);                         // sub x19, x19, #1
    put_if(0xb5000013, CODE);                // cbnz x19, main
    put(break_insn(0));
    return (uint64_t)out;
}

static void make_code(void)
{
    uint64_t tail = CODE + 0x800;
    make_main(tail);
    out = (uint32_t *)tail;
    put(RET);
    put(break_insn(1)); // fail
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        out = (uint32_t *)(FUNCTION + i * PAGE);
        put(movz_x1(0));
        put_if(0xb400001f, (uint64_t)(out + 2)); // cbz xzr, over the next one
        put(break_insn(2));
        put_branch(B, tail);
    }
    for (unsigned i = 0; i < PAGES; i++) {
        out = (uint32_t *)(SELDOM + i * PAGE);
        for (unsigned k = 0; k < BLOCKS; k++) {
            put(0x910004a5); // add x5, x5, #1
            put_branch(B, (uint64_t)(out + 1));
        }
        put(RET);
    }
}

static size_t fetch(uint64_t pc, bool *guarded)
{
    *guarded = false;
    return pc >= CODE && pc < CODE_END ? CODE_END - pc : 0;
}

// ---- threads

static void on_fault(int sig, siginfo_t *info, void *uc)
{
    if (!self || !engine_host_fault(self, info, uc)) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

static void run_guest(struct cpu *c, unsigned iterations, uint64_t seed)
{
    unsigned faults = 0;
    self = c;
    c->x[19] = iterations;
    c->x[20] = (uint64_t)published;
    c->x[21] = FUNCTION;
    c->x[22] = UINT64_C(6364136223846793005);
    c->x[23] = seed;
    c->x[24] = SELDOM;
    c->x[25] = NOWHERE;
    c->x[26] = TAGGED;
    c->x[5] = 0;
    c->s.pc = CODE;
    for (;;) {
        enum ir_exit why = engine_run(c);
        if (why == IR_EXIT_INTERRUPT) {
            __atomic_store_n(&c->s.interrupt, 0, __ATOMIC_RELAXED);
        } else if (why == IR_EXIT_FAULT) {
            check(*(uint32_t *)c->s.pc == 0xf9400326, "a fault elsewhere", c->s.pc, CODE);
            check(c->s.fault_addr == NOWHERE, "its address", c->s.fault_addr, NOWHERE);
            c->s.pc += 4;
            faults++;
        } else {
            check(why == IR_EXIT_BRK && *(uint32_t *)c->s.pc == break_insn(0), "the end at",
                  c->s.pc, 0);
            break;
        }
    }
    check(c->x[5] == (uint64_t)iterations * BLOCKS, "blocks run", c->x[5],
          (uint64_t)iterations * BLOCKS);
    check(c->x[6] == word, "a load", c->x[6], word);
    check(faults == iterations / 16, "faults", faults, iterations / 16);
    self = NULL;
}

static struct cpu cpus[RUNNERS + 3];
static unsigned changes = 200;

static void *runner(void *argument)
{
    struct cpu *c = argument;
    for (unsigned n = 1; !__atomic_load_n(&over, __ATOMIC_ACQUIRE); n++)
        run_guest(c, 1000, (uint64_t)(c - cpus) * 977 + n);
    return NULL;
}

// What is not on a page that changed is kept.
static void other_pages_stay(struct cpu *c)
{
    for (unsigned n = 0; n < 3; n++)
        run_guest(c, 1000, 1);
    uint64_t made = engine_stats.blocks, compiled = engine_stats.compiled;
    run_guest(c, 1000, 1);
    if (engine_stats.emptied) // there is too little memory to tell
        return;
    check(engine_stats.blocks == made, "blocks made twice", engine_stats.blocks, made);
    engine_invalidate(c, FUNCTION + 3 * PAGE, FUNCTION + 4 * PAGE);
    check(engine_stats.removed - 1 < 3, "blocks removed", engine_stats.removed, 2);
    run_guest(c, 1000, 1);
    check(engine_stats.blocks - made == engine_stats.removed, "blocks made again",
          engine_stats.blocks - made, engine_stats.removed);
    check(engine_stats.compiled - compiled < 20, "blocks compiled again",
          engine_stats.compiled - compiled, engine_stats.removed);
}

// Changes functions one at a time.
static void *writer(void *argument)
{
    struct cpu *c = argument;
    for (unsigned n = 1; n <= changes; n++) {
        unsigned i = n * 7 % FUNCTIONS;
        uint64_t at = FUNCTION + i * PAGE;
        generation[i]++;
        __atomic_store_n((uint32_t *)at, movz_x1(generation[i]), __ATOMIC_RELEASE);
        engine_invalidate(c, at, at + PAGE);
        __atomic_store_n(&published[i], generation[i], __ATOMIC_RELEASE);
        if (n % 100 == 0)
            engine_invalidate(c, CODE, CODE_END);
        usleep(20);
    }
    __atomic_store_n(&over, true, __ATOMIC_RELEASE);
    return NULL;
}

// Interrupts the runners.
static void *caller(void *argument)
{
    (void)argument;
    for (unsigned n = 0; !__atomic_load_n(&over, __ATOMIC_ACQUIRE); n++) {
        engine_interrupt(&cpus[n % RUNNERS]);
        usleep(50);
    }
    return NULL;
}

// Threads that do not live long, and processes.
static void *parent(void *argument)
{
    struct cpu *c = argument;
    for (unsigned n = 0; !__atomic_load_n(&over, __ATOMIC_ACQUIRE); n++) {
        memset(c, 0, sizeof *c);
        engine_thread_init(c);
        run_guest(c, 16, n + 1);
        if (n % 8 == 0) {
            engine_fork_begin(c);
            pid_t pid = fork();
            engine_fork_end(c, pid == 0);
            if (pid == 0) {
                unsigned before = failures;
                run_guest(c, 100, n + 1);
                _exit(failures != before);
            }
            int status = -1;
            waitpid(pid, &status, 0);
            check(status == 0, "status of a child", (unsigned)status, 0);
        }
        engine_thread_fini(c);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct engine_os os = {.fetch = fetch};
    pthread_t threads[RUNNERS], others[3];
    if (argc > 1)
        changes = (unsigned)atoi(argv[1]);
    setvbuf(stdout, NULL, _IONBF, 0);
    void *code = mmap((void *)CODE, CODE_END - CODE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (code != (void *)CODE) {
        perror("threads_test: mmap");
        return 2;
    }
    make_code();
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    tier_from_environment();
    engine_init(&os);
    for (unsigned i = 0; i <= RUNNERS; i++)
        engine_thread_init(&cpus[i]);
    other_pages_stay(&cpus[0]);
    for (unsigned i = 0; i < RUNNERS; i++)
        pthread_create(&threads[i], NULL, runner, &cpus[i]);
    pthread_create(&others[0], NULL, writer, &cpus[RUNNERS]);
    pthread_create(&others[1], NULL, caller, NULL);
    pthread_create(&others[2], NULL, parent, &cpus[RUNNERS + 1]);
    for (unsigned i = 0; i < RUNNERS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(others[i], NULL);
    printf("%u changes of code, %" PRIu64 " blocks made, %" PRIu64 " compiled, %" PRIu64
           " removed, regions emptied %" PRIu64 " times; %u failures\n",
           changes, engine_stats.blocks, engine_stats.compiled, engine_stats.removed,
           engine_stats.emptied, failures);
    return failures || !engine_stats.removed;
}
