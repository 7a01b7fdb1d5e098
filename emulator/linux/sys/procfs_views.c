// SPDX-License-Identifier: MIT
// What the files of /proc hold for a guest.
#include "a64/model.h"
#include "base/bits.h"
#include "base/host.h"
#include "linux/host_call.h"
#include "linux/sys/procfs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

// The subject's memory from `start` to `end`, as far as it can be read: what cmdline and environ
// are.
static void put_memory(FILE *out, const struct subject *s, uint64_t start, uint64_t end)
{
    char piece[256];
    for (uint64_t p = start; p < end; p += sizeof piece) {
        size_t n = end - p < sizeof piece ? end - p : sizeof piece;
        struct iovec to = {piece, n}, from = {(void *)p, n};
        if (host_call(SYS_process_vm_readv, s->pid, &to, 1, &from, 1, 0) != (int64_t)n)
            return;
        fwrite(piece, 1, n, out);
    }
}

static void put_cmdline(FILE *out, const struct subject *s)
{
    put_memory(out, s, s->process->arg_start, s->process->arg_end);
}

static void put_environ(FILE *out, const struct subject *s)
{
    put_memory(out, s, s->process->env_start, s->process->env_end);
}

static void put_auxv(FILE *out, const struct subject *s)
{
    fwrite(s->process->auxv, 1, s->process->auxv_size, out);
}

static void put_maps(FILE *out, MAYBE_UNUSED const struct subject *s)
{
    mm_print_maps(out);
}

// The fields of stat that are guest addresses, by their number in proc(5).
static bool stat_address(const struct process *p, unsigned field, uint64_t *value)
{
    switch (field) {
    case 26: *value = p->start_code; return true;
    case 27: *value = p->end_code; return true;
    case 28: *value = p->start_stack; return true;
    case 29:                          // the stack pointer and
    case 30: *value = 0; return true; // the program counter: of a process that does not exit, 0
    case 45: *value = p->start_data; return true;
    case 46: *value = p->end_data; return true;
    case 47: *value = p->mm.brk_start; return true;
    case 48: *value = p->arg_start; return true;
    case 49: *value = p->arg_end; return true;
    case 50: *value = p->env_start; return true;
    case 51: *value = p->env_end; return true;
    default: return false;
    }
}

static void put_stat_line(FILE *out, const struct process *p, char *line)
{
    // The name, in parentheses, may hold anything.
    char *rest = strrchr(line, ')');
    if (!rest)
        return;
    *rest++ = 0;
    fprintf(out, "%s)", line);
    unsigned field = 3;
    for (char *save, *word = strtok_r(rest, " \n", &save); word;
         word = strtok_r(NULL, " \n", &save), field++) {
        uint64_t value;
        if (stat_address(p, field, &value))
            fprintf(out, " %llu", (unsigned long long)value);
        else
            fprintf(out, " %s", word);
    }
    fputc('\n', out);
}

static void put_stat(FILE *out, const struct subject *s)
{
    char line[2048];
    FILE *host = fopen(s->path, "re");
    if (host && fgets(line, sizeof line, host))
        put_stat_line(out, s->process, line);
    if (host)
        fclose(host);
}

// The head of a mapping in smaps as the guest knows it; false for the emulator's own.
static bool fix_mapping(char *line, size_t room)
{
    static const char *const names[] = {
        [VMA_HEAP] = "[heap]", [VMA_STACK] = "[stack]", [VMA_VDSO] = "[vdso]"};
    struct vma v;
    bool mapped = mm_find(strtoull(line, NULL, 16), &v);
    char *permissions = strchr(line, ' '), *end = strchr(line, '\n');
    if (!mapped || !permissions || !end)
        return false;
    if (v.prot & PROT_EXEC)
        permissions[3] = 'x';
    if (v.kind < ARRAY_LEN(names) && names[v.kind])
        snprintf(end, room - (size_t)(end - line), " %s\n", names[v.kind]);
    return true;
}

static void put_smaps(FILE *out, const struct subject *s)
{
    char line[4300];
    bool shown = false;
    FILE *host = fopen(s->path, "re");
    while (host && fgets(line, sizeof line, host)) {
        if (line[strspn(line, "0123456789abcdef")] == '-')
            shown = fix_mapping(line, sizeof line);
        if (shown)
            fputs(line, out);
    }
    if (host)
        fclose(host);
}

static void put_features(FILE *out)
{
    fputs("Features\t:", out);
    for (unsigned word = 1; word <= 2; word++)
        for (unsigned bit = 0; bit < 64; bit++)
            if (a64_hwcap(word) >> bit & 1)
                fprintf(out, " %s", a64_hwcap_name(word, bit));
    fputc('\n', out);
}

static void put_cpuinfo(FILE *out, MAYBE_UNUSED const struct subject *s)
{
    uint32_t midr = a64_model->midr;
    for (long i = 0, n = sysconf(_SC_NPROCESSORS_ONLN); i < n; i++) {
        fprintf(out, "processor\t: %ld\nBogoMIPS\t: %.2f\n", i, 2.0 * (double)A64_CNTFRQ / 1e6);
        put_features(out);
        fprintf(out, "CPU implementer\t: 0x%02x\nCPU architecture: 8\nCPU variant\t: 0x%x\n",
                (unsigned)bits_get(midr, 24, 8), (unsigned)bits_get(midr, 20, 4));
        fprintf(out, "CPU part\t: 0x%03x\nCPU revision\t: %u\n\n", (unsigned)bits_get(midr, 4, 12),
                (unsigned)bits_get(midr, 0, 4));
    }
}

static void put_arch(FILE *out, MAYBE_UNUSED const struct subject *s)
{
    fputs("aarch64\n", out);
}

static void put_midr(FILE *out, MAYBE_UNUSED const struct subject *s)
{
    fprintf(out, "0x%016x\n", a64_model->midr);
}

static void put_revidr(FILE *out, MAYBE_UNUSED const struct subject *s)
{
    fprintf(out, "0x%016x\n", 0);
}

struct view {
    const char *name;
    procfs_put *put;
    bool others; // also for processes other than the guest's own
};

// In the folder of a process, and elsewhere.
static const struct view process_views[] = {
    {"maps", put_maps, false},      {"smaps", put_smaps, false}, {"cmdline", put_cmdline, true},
    {"environ", put_environ, true}, {"auxv", put_auxv, true},    {"stat", put_stat, true},
};
static const struct view other_views[] = {
    {"/proc/cpuinfo", put_cpuinfo, true},
    {"/proc/sys/kernel/arch", put_arch, true},
};
// In the folder of a processor, /sys/devices/system/cpu/cpu<number>.
static const struct view cpu_views[] = {
    {"/regs/identification/midr_el1", put_midr, true},
    {"/regs/identification/revidr_el1", put_revidr, true},
};

static const struct view *find(const struct view *views, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(views[i].name, name))
            return &views[i];
    return NULL;
}

static const char *after_cpu_folder(const char *path)
{
    static const char folder[] = "/sys/devices/system/cpu/cpu";
    size_t n = sizeof folder - 1;
    return strncmp(path, folder, n) ? "" : path + n + strspn(path + n, "0123456789");
}

procfs_put *procfs_view(const char *path, struct subject *s)
{
    const struct view *view = find(other_views, ARRAY_LEN(other_views), path);
    if (!view)
        view = find(cpu_views, ARRAY_LEN(cpu_views), after_cpu_folder(path));
    if (view)
        return view->put;
    // The name first: looking into another process costs more.
    const char *name = strrchr(path, '/') + 1;
    view = find(process_views, ARRAY_LEN(process_views), name);
    const char *tail = view ? procfs_subject(path, s, view->others) : NULL;
    return tail && !strcmp(tail, name) ? view->put : NULL;
}
