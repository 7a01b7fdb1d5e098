// SPDX-License-Identifier: MIT
#include "batch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const diff_kinds[KIND_COUNT] = {"signal", "code", "address", "address0", "tag",
                                            "esr",    "pc",   "x",       "sp",       "v",
                                            "nzcv",   "pstate", "fpcr",  "fpsr",     "memory"};

const char *batch_signal_name(unsigned signal)
{
    switch (signal) {
    case 0: return "none";
    case DIFF_DIED: return "died";
    default: return sigabbrev_np((int)signal);
    }
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static int temporary(void)
{
    int fd = memfd_create("difftest", 0);
    if (fd < 0)
        fail("memfd_create");
    return fd;
}

// The command line is the user's, words between blanks: sh takes it apart.
static pid_t start(const char *command, const char *runner, int in, int out)
{
    char line[8192];
    pid_t pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid)
        return pid;
    snprintf(line, sizeof line, "exec %s \"$0\"", command);
    dup2(in, 0);
    dup2(out, 1);
    execl("/bin/sh", "sh", "-c", line, runner, (char *)NULL);
    _exit(127);
}

// One process for each side from case `from` on; returns how many results there are of either.
static void run_once(struct diff_pair *pair, const struct diff_case *cases, unsigned n,
                     struct diff_result *const out[2], unsigned got[2], const bool wanted[2])
{
    int in[2], to[2];
    pid_t pid[2];
    for (unsigned side = 0; side < 2; side++) {
        if (!wanted[side])
            continue;
        in[side] = temporary();
        to[side] = temporary();
        if (write(in[side], cases, n * sizeof *cases) != (ssize_t)(n * sizeof *cases))
            fail("difftest: write");
        lseek(in[side], 0, SEEK_SET);
        pid[side] = start(pair->command[side], pair->runner, in[side], to[side]);
    }
    for (unsigned side = 0; side < 2; side++) {
        if (!wanted[side])
            continue;
        waitpid(pid[side], NULL, 0);
        if (pread(to[side], &pair->header[side], sizeof pair->header[side], 0) !=
            sizeof pair->header[side]) {
            fprintf(stderr, "difftest: \"%s\" does not run %s\n", pair->command[side],
                    pair->runner);
            exit(2);
        }
        ssize_t size = pread(to[side], out[side], n * sizeof *out[side], sizeof pair->header[side]);
        got[side] = (unsigned)((size_t)size / sizeof *out[side]);
        close(in[side]);
        close(to[side]);
    }
}

void batch_run(struct diff_pair *pair, const struct diff_case *cases, unsigned n,
               struct diff_result *out[2])
{
    unsigned got[2];
    run_once(pair, cases, n, out, got, (const bool[2]){true, true});
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned done = got[side]; done < n;) {
            out[side][done++] = (struct diff_result){.signal = DIFF_DIED};
            unsigned more[2];
            struct diff_result *rest[2] = {out[0] + done, out[1] + done};
            run_once(pair, cases + done, n - done, rest, more, (const bool[2]){!side, side});
            done += more[side];
        }
    }
}

unsigned batch_run_one(struct diff_pair *pair, const struct diff_case *c,
                       struct diff_result result[2])
{
    struct diff_result *out[2] = {&result[0], &result[1]};
    batch_run(pair, c, 1, out);
    return batch_compare(pair, &result[0], &result[1]);
}

unsigned batch_compare(const struct diff_pair *pair, const struct diff_result *a,
                       const struct diff_result *b)
{
    unsigned kinds = 0;
    if (a->signal == SIGALRM && b->signal == SIGALRM)
        return 0; // stopped somewhere in an endless loop
#define DIFFER(kind, different) kinds |= (unsigned)(different) << (kind)
    uint64_t pstate = a->after.pstate ^ b->after.pstate;
    DIFFER(KIND_SIGNAL, a->signal != b->signal);
    DIFFER(KIND_CODE, a->code != b->code);
    enum diff_kind address = !a->address || !b->address             ? KIND_NO_ADDRESS
                             : (a->address ^ b->address) << 8 == 0 ? KIND_TAG
                                                                   : KIND_ADDRESS;
    DIFFER(address, a->address != b->address);
    DIFFER(KIND_ESR, pair->same && a->esr != b->esr);
    DIFFER(KIND_PC, a->pc != b->pc);
    DIFFER(KIND_X, memcmp(a->after.x, b->after.x, sizeof a->after.x) != 0);
    DIFFER(KIND_SP, a->after.sp != b->after.sp);
    DIFFER(KIND_V, memcmp(a->after.v, b->after.v, sizeof a->after.v) != 0);
    DIFFER(KIND_NZCV, pstate >> 28 != 0);
    DIFFER(KIND_PSTATE, (pstate & pair->pstate) != 0);
    DIFFER(KIND_FPCR, ((a->after.fpcr ^ b->after.fpcr) & ~pair->fpcr_of_one) != 0);
    DIFFER(KIND_FPSR, ((a->after.fpsr ^ b->after.fpsr) & ~pair->fpsr_of_one) != 0);
    DIFFER(KIND_MEMORY, a->first != b->first || a->length != b->length || a->hash != b->hash);
#undef DIFFER
    return kinds;
}
