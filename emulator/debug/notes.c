// SPDX-License-Identifier: MIT
#include "debug/notes.h"

#include "a64/feature.h"
#include "base/bits.h"
#include "debug/core_abi.h"
#include "linux/debug_registers.h"
#include "linux/guest.h"
#include "linux/stop.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void append(struct notes *n, const void *data, size_t size)
{
    size_t room = round_up(size, 4);
    if (n->size + room > n->capacity) {
        size_t capacity = 2 * (n->size + room) + 4096;
        uint8_t *at = realloc(n->at, capacity);
        n->failed |= !at;
        if (!at)
            return;
        n->at = at;
        n->capacity = capacity;
    }
    memcpy(n->at + n->size, data, size);
    memset(n->at + n->size + size, 0, room - size);
    n->size += room;
}

void notes_add(struct notes *n, const char *name, uint32_t type, const void *data, size_t size)
{
    Elf64_Nhdr head = {
        .n_namesz = (Elf64_Word)strlen(name) + 1, .n_descsz = (Elf64_Word)size, .n_type = type};
    append(n, &head, sizeof head);
    append(n, name, head.n_namesz);
    append(n, data, size);
}

void notes_free(struct notes *n)
{
    free(n->at);
    *n = (struct notes){0};
}

static struct core_registers registers_of(const struct thread *t)
{
    struct core_registers r = {.sp = t->cpu.sp, .pc = t->cpu.s.pc, .pstate = cpu_pstate(&t->cpu)};
    memcpy(r.x, t->cpu.x, sizeof r.x);
    return r;
}

// The processor time that a thread has used, all of it as the user's.
static struct core_timeval time_of(const struct thread *t)
{
    struct timespec ts = {0};
    clock_gettime((clockid_t)(~(unsigned)t->tid << 3 | 6), &ts);
    return (struct core_timeval){ts.tv_sec, ts.tv_nsec / 1000};
}

static void add_status(struct notes *n, const struct thread *t, const siginfo_t *info)
{
    struct core_prstatus s = {
        .signo = info->si_signo,
        .code = info->si_code,
        .error = info->si_errno,
        .current_signal = (int16_t)info->si_signo,
        .blocked = t->signals.blocked,
        .pending = t->signals.held,
        .pid = t->tid,
        .ppid = getppid(),
        .pgrp = getpgrp(),
        .sid = getsid(0),
        .user = time_of(t),
        .registers = registers_of(t),
        .fp_valid = 1,
    };
    notes_add(n, CORE_NAME, NOTE_PRSTATUS, &s, sizeof s);
}

// The registers that are not general ones.
static void add_sets(struct notes *n, const struct thread *t)
{
    const struct cpu *c = &t->cpu;
    struct core_fpsimd fp = {.fpsr = c->s.fp.fpsr, .fpcr = c->s.fp.fpcr};
    memcpy(fp.v, c->v, sizeof fp.v);
    notes_add(n, CORE_NAME, NOTE_FPREGSET, &fp, sizeof fp);
    notes_add(n, LINUX_NAME, NOTE_ARM_TLS, &c->tpidr, sizeof c->tpidr);
    const struct debug_registers none = {.info = DEBUG_ARMV8};
    notes_add(n, LINUX_NAME, NOTE_ARM_HW_BREAK, &none, sizeof none);
    notes_add(n, LINUX_NAME, NOTE_ARM_HW_WATCH, &none, sizeof none);
    int32_t call = t->rest == THREAD_RESTS_IN_CALL ? (int32_t)c->x[8] : -1;
    notes_add(n, LINUX_NAME, NOTE_ARM_SYSTEM_CALL, &call, sizeof call);
    if (a64_has(FEAT_PAuth)) {
        uint64_t codes = UINT64_C(0x7f) << 48, masks[2] = {codes, codes};
        notes_add(n, LINUX_NAME, NOTE_ARM_PAC_MASK, masks, sizeof masks);
        notes_add(n, LINUX_NAME, NOTE_ARM_PAC_ENABLED_KEYS, &c->s.pac.enabled, 8);
    }
    notes_add(n, LINUX_NAME, NOTE_ARM_TAGGED_ADDR_CTRL, &t->tagged_addr_ctrl, 8);
    if (a64_has(FEAT_FPMR))
        notes_add(n, LINUX_NAME, NOTE_ARM_FPMR, &c->fpmr, sizeof c->fpmr);
}

static void add_process(struct notes *n)
{
    struct core_prpsinfo p = {.state_letter = 'R',
                              .nice = (int8_t)getpriority(PRIO_PROCESS, 0),
                              .uid = getuid(),
                              .gid = getgid(),
                              .pid = getpid(),
                              .ppid = getppid(),
                              .pgrp = getpgrp(),
                              .sid = getsid(0)};
    prctl(PR_GET_NAME, p.name);
    size_t size = process.arg_end - process.arg_start;
    if (size > sizeof p.arguments - 1)
        size = sizeof p.arguments - 1;
    if (guest_read(p.arguments, process.arg_start, size))
        for (size_t i = 0; i < size; i++)
            if (!p.arguments[i])
                p.arguments[i] = ' ';
    notes_add(n, CORE_NAME, NOTE_PRPSINFO, &p, sizeof p);
}

static void add_files(struct notes *n, const struct core_maps *maps)
{
    struct core_files head = {.page_size = MM_PAGE};
    size_t names = 0;
    for (size_t i = 0; i < maps->count; i++)
        if (maps->at[i].file) {
            head.count++;
            names += strlen(maps->at[i].file) + 1;
        }
    size_t size = sizeof head + head.count * sizeof(struct core_file_range) + names;
    uint8_t *all = malloc(size), *range = all + sizeof head;
    if (!all)
        return;
    char *name = (char *)all + size - names;
    memcpy(all, &head, sizeof head);
    for (size_t i = 0; i < maps->count; i++) {
        const struct core_map *m = &maps->at[i];
        struct core_file_range r = {m->start, m->end, m->offset / MM_PAGE};
        if (!m->file)
            continue;
        memcpy(range, &r, sizeof r);
        range += sizeof r;
        name = stpcpy(name, m->file) + 1;
    }
    notes_add(n, CORE_NAME, NOTE_FILE, all, size);
    free(all);
}

void notes_of_process(struct notes *n, struct thread *t, const siginfo_t *info,
                      const struct core_maps *maps)
{
    add_status(n, t, info);
    add_process(n);
    notes_add(n, CORE_NAME, NOTE_SIGINFO, info, sizeof *info);
    notes_add(n, CORE_NAME, NOTE_AUXV, process.auxv, process.auxv_size);
    add_files(n, maps);
    add_sets(n, t);
    // A process that shares another's memory has one thread of its own, and those are not its.
    for (struct thread *o = getpid() == process.pid ? process.first : NULL; o; o = o->next)
        if (o != t) {
            add_status(n, o, info);
            add_sets(n, o);
        }
}
