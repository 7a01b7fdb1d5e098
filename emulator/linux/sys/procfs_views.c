// SPDX-License-Identifier: MIT
// The table of files, and what those hold that are not about memory.
#include "a64/model.h"
#include "base/bits.h"
#include "base/host.h"
#include "linux/host_call.h"
#include "linux/sys/procfs.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

// The subject's memory from `start` to `end`, as far as it can be read: what cmdline and environ
// are.
static void put_range(FILE *out, const struct subject *s, uint64_t start, uint64_t end)
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

static bool put_cmdline(FILE *out, const struct subject *s, MAYBE_UNUSED const char *name)
{
    if (s->process)
        put_range(out, s, s->process->arg_start, s->process->arg_end);
    return s->process;
}

static bool put_environ(FILE *out, const struct subject *s, MAYBE_UNUSED const char *name)
{
    if (s->process)
        put_range(out, s, s->process->env_start, s->process->env_end);
    return s->process;
}

static bool put_auxv(FILE *out, const struct subject *s, MAYBE_UNUSED const char *name)
{
    if (s->process)
        fwrite(s->process->auxv, 1, s->process->auxv_size, out);
    return s->process;
}

static void put_limit(FILE *out, rlim_t value)
{
    if (value == RLIM_INFINITY)
        fprintf(out, " %-20s", "unlimited");
    else
        fprintf(out, " %-20llu", (unsigned long long)value);
}

static bool put_limits(FILE *out, const struct subject *s, const char *name)
{
    static const struct {
        const char *name;
        int account;
    } rows[] = {{"Max data size", LIMIT_DATA}, {"Max address space", LIMIT_AS}};
    char line[256];
    FILE *host = s->process ? procfs_host_file(s, name) : NULL;
    if (!host)
        return false;
    while (fgets(line, sizeof line, host)) {
        unsigned i = 0;
        while (i < ARRAY_LEN(rows) && strncmp(line, rows[i].name, strlen(rows[i].name)))
            i++;
        const struct limit_account *a =
            i < ARRAY_LEN(rows) ? &s->process->limits[rows[i].account] : NULL;
        if (!a || !a->known) {
            fputs(line, out);
            continue;
        }
        fprintf(out, "%-25s", rows[i].name);
        put_limit(out, a->limit.rlim_cur);
        put_limit(out, a->limit.rlim_max);
        fprintf(out, " %-10s\n", "bytes");
    }
    fclose(host);
    return true;
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

static bool put_cpuinfo(FILE *out, MAYBE_UNUSED const struct subject *s,
                        MAYBE_UNUSED const char *name)
{
    enum { BOGOMIPS_100 = 2 * A64_CNTFRQ / 10000 }; // in hundredths
    uint32_t midr = a64_model->midr;
    for (long i = 0, n = sysconf(_SC_NPROCESSORS_ONLN); i < n; i++) {
        fprintf(out, "processor\t: %ld\nBogoMIPS\t: %d.%02d\n", i, BOGOMIPS_100 / 100,
                BOGOMIPS_100 % 100);
        put_features(out);
        fprintf(out, "CPU implementer\t: 0x%02x\nCPU architecture: 8\nCPU variant\t: 0x%x\n",
                (unsigned)bits_get(midr, 24, 8), (unsigned)bits_get(midr, 20, 4));
        fprintf(out, "CPU part\t: 0x%03x\nCPU revision\t: %u\n\n", (unsigned)bits_get(midr, 4, 12),
                (unsigned)bits_get(midr, 0, 4));
    }
    return true;
}

static bool put_arch(FILE *out, MAYBE_UNUSED const struct subject *s, MAYBE_UNUSED const char *name)
{
    fputs("aarch64\n", out);
    return true;
}

// What -r says, as in uname.
static bool put_release(FILE *out, MAYBE_UNUSED const struct subject *s,
                        MAYBE_UNUSED const char *name)
{
    const char *release = process.options.uname_release;
    if (release)
        fprintf(out, "%s\n", release);
    return release;
}

static bool put_version(FILE *out, MAYBE_UNUSED const struct subject *s,
                        MAYBE_UNUSED const char *name)
{
    char line[512];
    const char *release = process.options.uname_release;
    FILE *host = release ? fopen("/proc/version", "re") : NULL;
    if (!host)
        return false;
    const char *rest = fgets(line, sizeof line, host) ? strchr(line, '(') : NULL;
    fprintf(out, "Linux version %s %s", release, rest ? rest : "\n");
    fclose(host);
    return true;
}

static bool put_midr(FILE *out, MAYBE_UNUSED const struct subject *s, MAYBE_UNUSED const char *name)
{
    fprintf(out, "0x%016x\n", a64_model->midr);
    return true;
}

static bool put_revidr(FILE *out, MAYBE_UNUSED const struct subject *s,
                       MAYBE_UNUSED const char *name)
{
    fprintf(out, "0x%016x\n", 0);
    return true;
}

static const struct procfs_view names[] = {
    {"maps", procfs_put_maps},   {"smaps", procfs_put_smaps},
    {"stat", procfs_put_stat},   {"smaps_rollup", procfs_put_rollup},
    {"statm", procfs_put_statm}, {"status", procfs_put_status},
    {"cmdline", put_cmdline},    {"environ", put_environ},
    {"auxv", put_auxv},          {"limits", put_limits},
};
static const struct procfs_view paths[] = {
    {"/proc/cpuinfo", put_cpuinfo},
    {"/proc/version", put_version},
    {"/proc/sys/kernel/arch", put_arch},
    {"/proc/sys/kernel/osrelease", put_release},
};
// In the folder of a processor, /sys/devices/system/cpu/cpu<number>.
static const struct procfs_view cpu_paths[] = {
    {"/regs/identification/midr_el1", put_midr},
    {"/regs/identification/revidr_el1", put_revidr},
};

static const struct procfs_view *find(const struct procfs_view *views, size_t n, const char *name)
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

const struct procfs_view *procfs_view_of_name(const char *name)
{
    return find(names, ARRAY_LEN(names), name);
}

const struct procfs_view *procfs_view_of_path(const char *path)
{
    const struct procfs_view *view = find(paths, ARRAY_LEN(paths), path);
    return view ? view : find(cpu_paths, ARRAY_LEN(cpu_paths), after_cpu_folder(path));
}

// The last part of a path.
static const char *last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool any_called(const struct procfs_view *views, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const char *view = last(views[i].name);
        if (*view == *name && !strcmp(view, name))
            return true;
    }
    return false;
}

bool procfs_may_be_view(const char *path)
{
    const char *name = last(path);
    return any_called(names, ARRAY_LEN(names), name) || any_called(paths, ARRAY_LEN(paths), name) ||
           any_called(cpu_paths, ARRAY_LEN(cpu_paths), name);
}
