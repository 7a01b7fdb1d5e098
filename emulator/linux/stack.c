// SPDX-License-Identifier: MIT
// The initial stack, as create_elf_tables of the kernel lays it out: from the top a null word, the
// name the program was started by, the environment and argument strings, platform name and random
// bytes, and below them, 16-byte aligned at sp: argc, argv, envp, auxv.
#include "linux/stack.h"

#include "a64/feature.h"
#include "base/bits.h"
#include "base/die.h"
#include "linux/guest.h"
#include "linux/signal_frame.h"
#include "linux/vdso.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    AUX_HWCAP2 = 26,
    AUX_MINSIGSTKSZ = 51,
    CLOCK_TICKS = 100,
    MAX_STRING = 128 * 1024, // MAX_ARG_STRLEN
    FIRST_STACK = 132 << 10, // what the kernel maps at first
    MOST_STRINGS = 6 << 20,
};

// Where the strings go, growing downwards.
struct strings {
    uint64_t at;
    uint64_t floor;
    bool overflow;
};

static uint64_t push(struct strings *s, const void *bytes, size_t n)
{
    if (n > s->at - s->floor) {
        s->overflow = true;
        return 0;
    }
    s->at -= n;
    if (!guest_write(s->at, bytes, n))
        s->overflow = true;
    return s->at;
}

static uint64_t push_string(struct strings *s, const char *text)
{
    size_t n = strlen(text) + 1;
    if (n > MAX_STRING)
        s->overflow = true;
    return push(s, text, n);
}

static size_t count_of(char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

// Copies the strings of `list`, first one lowest. Returns where that is.
static uint64_t push_list(struct strings *s, char *const *list)
{
    for (size_t i = count_of(list); i-- > 0;)
        push_string(s, list[i]);
    return s->at;
}

// Writes the pointers to the strings that lie one after the other from `first` on, and a null.
static bool put_pointers(uint64_t *to, uint64_t first, char *const *list)
{
    bool ok = true;
    for (; *list && ok; list++, *to += 8) {
        ok = guest_write64(*to, first);
        first += strlen(*list) + 1;
    }
    ok = ok && guest_write64(*to, 0);
    *to += 8;
    return ok;
}

// What lies at sp: argc, argv, envp, auxv.
static bool put_vectors(uint64_t sp, size_t argc)
{
    bool ok = guest_write64(sp, argc);
    sp += 8;
    return ok && put_pointers(&sp, process.arg_start, process.argv) &&
           put_pointers(&sp, process.env_start, process.envp) &&
           guest_write(sp, process.auxv, process.auxv_size);
}

static uint64_t *add(uint64_t *aux, uint64_t type, uint64_t value)
{
    aux[0] = type;
    aux[1] = value;
    return aux + 2;
}

// The vector in the kernel's order; its addresses of strings are given.
static void build_auxv(const struct stack_layout *l, uint64_t random, uint64_t execfn,
                       uint64_t platform)
{
    uint64_t *aux = process.auxv;
    if (process.mm.vdso)
        aux = add(aux, AT_SYSINFO_EHDR, process.mm.vdso);
    aux = add(aux, AUX_MINSIGSTKSZ, SIGNAL_FRAME_MIN_STACK);
    aux = add(aux, AT_HWCAP, a64_hwcap(1));
    aux = add(aux, AT_PAGESZ, MM_PAGE);
    aux = add(aux, AT_CLKTCK, CLOCK_TICKS);
    aux = add(aux, AT_PHDR, l->image->phdr ? l->image->phdr + l->bias : 0);
    aux = add(aux, AT_PHENT, sizeof(Elf64_Phdr));
    aux = add(aux, AT_PHNUM, l->image->phnum);
    aux = add(aux, AT_BASE, l->interp_base);
    aux = add(aux, AT_FLAGS, 0);
    aux = add(aux, AT_ENTRY, l->image->entry + l->bias);
    aux = add(aux, AT_UID, getauxval(AT_UID));
    aux = add(aux, AT_EUID, getauxval(AT_EUID));
    aux = add(aux, AT_GID, getauxval(AT_GID));
    aux = add(aux, AT_EGID, getauxval(AT_EGID));
    aux = add(aux, AT_SECURE, getauxval(AT_SECURE));
    aux = add(aux, AT_RANDOM, random);
    aux = add(aux, AUX_HWCAP2, a64_hwcap(2));
    aux = add(aux, AT_EXECFN, execfn);
    aux = add(aux, AT_PLATFORM, platform);
    aux = add(aux, AT_NULL, 0);
    process.auxv_size = (size_t)((char *)aux - (char *)process.auxv);
}

static bool map_stack(const struct elf_image *image, uint64_t size, struct elf_error *error)
{
    int prot = PROT_READ | PROT_WRITE | (image->exec_stack ? PROT_EXEC : 0);
    if (!process.stack_fixed) {
        prot |= PROT_GROWSDOWN;
        size = FIRST_STACK;
    }
    int64_t r = mm_map_at(&process.mm, process.mm.stack_top - size, size, prot, -1, 0, VMA_STACK);
    if (r < 0)
        return elf_fail(error, ELF_STATUS_CANNOT_RUN, (int)-r,
                        "cannot have a stack of %" PRIu64
                        " bytes: %s; give a smaller one with -s, or raise ulimit "
                        "-v and -d",
                        size, error_text((int)-r));
    return true;
}

bool stack_build(struct thread *t, const struct stack_layout *layout, const char *execfn,
                 struct elf_error *error)
{
    uint64_t size = round_up(process.stack_size, MM_PAGE);
    if (!map_stack(layout->image, size, error))
        return false;
    // As in the kernel, arguments may take a quarter of the stack, but not more than 6 MiB.
    uint64_t top = process.mm.stack_top, room = size / 4 < MOST_STRINGS ? size / 4 : MOST_STRINGS;
    struct strings s = {.at = top - 8, .floor = top - room};
    size_t argc = count_of(process.argv), envc = count_of(process.envp);
    size_t n_words = 1 + argc + 1 + envc + 1;
    uint64_t execfn_at = push_string(&s, execfn);
    process.env_end = execfn_at;
    process.env_start = push_list(&s, process.envp);
    process.arg_end = process.env_start;
    process.arg_start = push_list(&s, process.argv);
    s.at = round_down(s.at, 16);
    uint64_t platform = push_string(&s, "aarch64");
    uint8_t random[16];
    if (getrandom(random, sizeof random, GRND_NONBLOCK) != sizeof random)
        memcpy(random, (const void *)getauxval(AT_RANDOM), sizeof random);
    uint64_t random_at = push(&s, random, sizeof random);
    s.at = round_down(s.at, 16);

    vdso_map();
    build_auxv(layout, random_at, execfn_at, platform);
    size_t total = n_words * 8 + process.auxv_size;
    uint64_t sp = s.at - s.floor > total + 16 ? round_down(s.at - total, 16) : 0;
    if (s.overflow || !sp || !put_vectors(sp, argc))
        return elf_fail(
            error, ELF_STATUS_CANNOT_RUN, E2BIG,
            "cannot be started: arguments and environment do not fit a quarter of its stack of %" PRIu64
            " bytes; give a larger one with -s",
            size);
    process.start_stack = sp;
    t->cpu.sp = sp;
    return true;
}
