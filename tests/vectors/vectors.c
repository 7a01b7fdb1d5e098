// SPDX-License-Identifier: MIT
// Runs instruction vectors (FORMAT.md) on the engine and compares the whole state with what the
// architecture says.
//   vectors FILE.xz [CLASS-substring]      exit 0: all pass; prints the first failures of each
//   class and totals
#include "../tier.h"
#include "a64/insn.h"
#include "base/bits.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CODE   UINT64_C(0x10000000)
#define DATA   UINT64_C(0x10010000)
#define BRANCH UINT64_C(0x0fff8000) // branch targets begin here
enum { DATA_SIZE = 0x40000, SHOWN_PER_CLASS = 3 };

struct state {
    uint64_t x[31], sp, pc, nzcv, fpcr, fpsr;
    uint64_t v[32][2];
};

struct vector {
    char class[160];
    uint32_t op[2];
    unsigned n_ops;
    struct state in, want;
    enum { EXC_NONE, EXC_UNDEF, EXC_SVC, EXC_BRK } exc;
    uint64_t mem_at;
    unsigned mem_bytes;
    uint8_t mem[4096];
};

static struct state base;
static uint8_t memory[DATA_SIZE]; // the data window's initial bytes
static struct cpu *cpu;
static unsigned long total, bad, unimplemented, class_bad, class_shown;

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t hex(const char **s, unsigned max_digits)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < max_digits; i++, (*s)++) {
        char c = **s;
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v << 4 | (uint64_t)(c - 'a' + 10);
        else
            break;
    }
    return v;
}

static void malformed(const char *line)
{
    fprintf(stderr, "vectors: malformed line: %s\n", line);
    exit(2);
}

static const char *parse_value(struct vector *t, struct state *s, const char *key, const char *p)
{
    if (key[0] == 'v') {
        unsigned r = (unsigned)atoi(key + 1);
        s->v[r][1] = hex(&p, 16);
        s->v[r][0] = hex(&p, 16);
    } else if (key[0] == 'm') {
        t->mem_at = strtoull(key + 1, NULL, 16);
        for (t->mem_bytes = 0; *p > ' '; t->mem_bytes++)
            t->mem[t->mem_bytes] = (uint8_t)hex(&p, 2);
    } else if (key[0] == 'x') {
        s->x[atoi(key + 1)] = hex(&p, 16);
    } else if (!strcmp(key, "exc")) {
        t->exc = *p == 'u' ? EXC_UNDEF : *p == 's' ? EXC_SVC : EXC_BRK;
        while (*p > ' ')
            p++;
    } else {
        uint64_t v = hex(&p, 16);
        uint64_t *to = !strcmp(key, "sp")     ? &s->sp
                       : !strcmp(key, "pc")   ? &s->pc
                       : !strcmp(key, "nzcv") ? &s->nzcv
                       : !strcmp(key, "fpcr") ? &s->fpcr
                       : !strcmp(key, "fpsr") ? &s->fpsr
                                              : NULL;
        if (!to)
            malformed(key);
        *to = v;
    }
    return p;
}

static const char *parse_state(struct vector *t, struct state *s, const char *p)
{
    for (;;) {
        char key[24];
        unsigned n = 0;
        while (*p == ' ')
            p++;
        if (*p == '|' || *p == '\n' || !*p)
            return p;
        while (*p != '=' && n < sizeof key - 1)
            key[n++] = *p++;
        key[n] = 0;
        p = parse_value(t, s, key, p + 1);
    }
}

static void parse(struct vector *t, const char *line)
{
    const char *p = strchr(line, ' ');
    if (!p)
        malformed(line);
    snprintf(t->class, sizeof t->class, "%.*s", (int)(p++ - line), line);
    t->op[0] = (uint32_t)hex(&p, 8);
    t->n_ops = 1;
    if (*p == ',') {
        p++;
        t->op[t->n_ops++] = (uint32_t)hex(&p, 8);
    }
    t->exc = EXC_NONE;
    t->mem_bytes = 0;
    t->in = base;
    p = strchr(p, '|');
    if (!p)
        malformed(line);
    p = parse_state(t, &t->in, p + 1);
    t->want = t->in;
    t->want.pc += 4 * t->n_ops;
    if (*p != '|')
        malformed(line);
    parse_state(t, &t->want, p + 1);
    if (t->exc == EXC_SVC)
        t->want.pc = t->in.pc + 4;
    else if (t->exc)
        t->want.pc = t->in.pc;
}

static void load_state(const struct state *s)
{
    memcpy(cpu->x, s->x, sizeof s->x);
    memcpy(cpu->v, s->v, sizeof s->v);
    cpu->sp = s->sp;
    cpu->nzcv = s->nzcv;
    cpu->s.pc = s->pc;
    cpu->s.fp = (struct fp_env){(uint32_t)s->fpcr, (uint32_t)s->fpsr};
    cpu->s.monitor.size = 0;
}

// One line per difference, collected in `out`.
static void differ(char *out, size_t size, const char *fmt, ...)
{
    size_t n = strlen(out);
    va_list args;
    va_start(args, fmt);
    vsnprintf(out + n, size - n, fmt, args);
    va_end(args);
}

static void compare(const struct vector *t, enum ir_exit why, char *d, size_t size)
{
    static const enum ir_exit expected[] = {IR_EXIT_BRK, IR_EXIT_UNDEF, IR_EXIT_SVC, IR_EXIT_BRK};
    const struct state *w = &t->want;
    if (why != expected[t->exc])
        differ(d, size, " exit %d, expected %d;", why, expected[t->exc]);
    for (unsigned i = 0; i < 31; i++)
        if (cpu->x[i] != w->x[i])
            differ(d, size, " x%u=%" PRIx64 ", expected %" PRIx64 ";", i, cpu->x[i], w->x[i]);
    for (unsigned i = 0; i < 32; i++)
        if (memcmp(&cpu->v[i], w->v[i], 16) != 0)
            differ(d, size,
                   " v%u=%016" PRIx64 "%016" PRIx64 ", expected %016" PRIx64 "%016" PRIx64 ";", i,
                   cpu->v[i].l64[1], cpu->v[i].l64[0], w->v[i][1], w->v[i][0]);
    const struct {
        const char *name;
        uint64_t got, want;
    } scalar[] = {{"sp", cpu->sp, w->sp},
                  {"pc", cpu->s.pc, w->pc},
                  {"nzcv", cpu->nzcv, w->nzcv},
                  {"fpcr", cpu->s.fp.fpcr, w->fpcr},
                  {"fpsr", cpu->s.fp.fpsr, w->fpsr}};
    for (unsigned i = 0; i < ARRAY_LEN(scalar); i++)
        if (scalar[i].got != scalar[i].want)
            differ(d, size, " %s=%" PRIx64 ", expected %" PRIx64 ";", scalar[i].name, scalar[i].got,
                   scalar[i].want);
    if (t->mem_bytes && memcmp((void *)t->mem_at, t->mem, t->mem_bytes) != 0)
        differ(d, size, " memory at %" PRIx64 " differs;", t->mem_at);
    if (t->mem_bytes)
        memcpy((void *)t->mem_at, memory + (t->mem_at - DATA), t->mem_bytes);
    if ((total % 64 == 0 || *d) && memcmp((void *)DATA, memory, DATA_SIZE) != 0) {
        differ(d, size, " stray store (by this vector or one of the 63 before);");
        memcpy((void *)DATA, memory, DATA_SIZE);
    }
}

static void run(const struct vector *t, const char *line)
{
    static char d[8192];
    uint32_t *code = (uint32_t *)CODE;
    for (unsigned i = 0; i < t->n_ops; i++)
        code[i] = t->op[i];
    engine_invalidate(cpu, CODE, CODE + 16);
    load_state(&t->in);
    enum ir_exit why = engine_run(cpu);
    code[0] = code[1] = 0xd4200000; // BRK
    d[0] = 0;
    compare(t, why, d, sizeof d);
    total++;
    if (!d[0])
        return;
    bad++;
    class_bad++;
    struct a64_decoded decoded;
    unimplemented += !a64_decode(t->op[0], &decoded);
    if (class_shown++ < SHOWN_PER_CLASS) {
        char text[128];
        printf("FAIL %.*s\n     %s\n    %s\n", (int)strcspn(line, "\n"), line,
               a64_disassemble(t->op[0], CODE, text, sizeof text), d);
    }
}

static size_t fetch(uint64_t pc, bool *guarded)
{
    *guarded = false;
    return pc >= BRANCH && pc < DATA ? DATA - pc : 0;
}

static void map(uint64_t at, size_t size)
{
    if (mmap((void *)at, size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)at) {
        perror("vectors: mmap");
        exit(2);
    }
}

static void on_fault(int sig, siginfo_t *info, void *uc)
{
    if (!engine_host_fault(cpu, info, uc)) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

static void set_up(void)
{
    static const struct engine_os os = {.fetch = fetch};
    static struct cpu storage;
    for (unsigned i = 0; i < 31; i++)
        base.x[i] = mix(0x1000 + i);
    base.sp = DATA + 0x30000;
    base.pc = CODE;
    for (unsigned i = 0; i < 32; i++) {
        base.v[i][0] = mix(0x2000 + i);
        base.v[i][1] = mix(0x3000 + i);
    }
    for (unsigned i = 0; i < DATA_SIZE; i += 8) {
        uint64_t word = mix(0x4000 + i / 8);
        memcpy(memory + i, &word, 8);
    }
    map(BRANCH, DATA - BRANCH);
    map(DATA, DATA_SIZE);
    for (uint32_t *p = (uint32_t *)BRANCH; p < (uint32_t *)DATA; p++)
        *p = 0xd4200000;
    memcpy((void *)DATA, memory, DATA_SIZE);
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    sigaction(SIGFPE, &sa, NULL);
    cpu = &storage;
    tier_from_environment();
    engine_init(&os);
    engine_thread_init(cpu);
}

static void end_class(const char *class)
{
    if (class_bad)
        printf("CLASS %s: %lu fail\n", class, class_bad);
    class_bad = class_shown = 0;
}

int main(int argc, char **argv)
{
    static char line[1 << 16], command[4096];
    static struct vector t;
    char class[sizeof t.class] = "";
    if (argc < 2) {
        fprintf(stderr, "usage: vectors FILE.xz [CLASS-substring]\n");
        return 2;
    }
    snprintf(command, sizeof command, "xz -dc '%s'", argv[1]);
    FILE *f = popen(command, "r");
    if (!f) {
        perror("vectors: xz");
        return 2;
    }
    set_up();
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        parse(&t, line);
        if (argc > 2 && !strstr(t.class, argv[2]))
            continue;
        if (strcmp(class, t.class) != 0) {
            end_class(class);
            strcpy(class, t.class);
        }
        run(&t, line);
    }
    end_class(class);
    if (pclose(f) != 0 || !total) {
        fprintf(stderr, "vectors: %s: cannot be read or holds no such vector\n", argv[1]);
        return 2;
    }
    printf("%lu vectors, %lu passed, %lu failed (%lu of them not decoded)\n", total, total - bad,
           bad, unimplemented);
    return bad != 0;
}
