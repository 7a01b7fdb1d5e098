// SPDX-License-Identifier: MIT
#include "linux/sys/procfs.h"

#include "a64/feature.h"
#include "base/bits.h"
#include "base/host.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/thread.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Steps over `prefix` and a following slash, or the end.
static const char *after(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(path, prefix, n) || (path[n] && path[n] != '/'))
        return NULL;
    path += n;
    return path + strspn(path, "/");
}

static const char *after_number(const char *path, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return after(path, text);
}

const char *procfs_own(const char *path)
{
    const char *p = after(path, "/proc");
    if (!p || !*p)
        return NULL;
    const char *own = after(p, "self");
    if (!own)
        own = after(p, "thread-self");
    if (!own && isdigit((unsigned char)*p))
        own = after_number(p, host_call(SYS_getpid));
    const char *task = own ? after(own, "task") : NULL;
    if (task)
        own = after_number(task, host_call(SYS_gettid));
    return own;
}

// The bytes of guest memory from `start` to `end`, as far as they can be read: what cmdline and
// environ are.
static void put_memory(FILE *out, uint64_t start, uint64_t end)
{
    char piece[256];
    for (uint64_t p = start; p < end; p += sizeof piece) {
        size_t n = end - p < sizeof piece ? end - p : sizeof piece;
        if (!guest_read(piece, p, n))
            return;
        fwrite(piece, 1, n, out);
    }
}

static void put_maps(FILE *out, MAYBE_UNUSED const char *host_path)
{
    mm_print_maps(out);
}

static void put_cmdline(FILE *out, MAYBE_UNUSED const char *host_path)
{
    put_memory(out, process.arg_start, process.arg_end);
}

static void put_environ(FILE *out, MAYBE_UNUSED const char *host_path)
{
    put_memory(out, process.env_start, process.env_end);
}

static void put_auxv(FILE *out, MAYBE_UNUSED const char *host_path)
{
    fwrite(process.auxv, 1, process.auxv_size, out);
}

// The fields of stat that are guest addresses, by their number in proc(5).
static bool stat_address(unsigned field, uint64_t *value)
{
    switch (field) {
    case 26: *value = process.start_code; return true;
    case 27: *value = process.end_code; return true;
    case 28: *value = process.start_stack; return true;
    case 29:                          // the stack pointer and
    case 30: *value = 0; return true; // the program counter: of a process that does not exit, 0
    case 45: *value = process.start_data; return true;
    case 46: *value = process.end_data; return true;
    case 47: *value = process.mm.brk_start; return true;
    case 48: *value = process.arg_start; return true;
    case 49: *value = process.arg_end; return true;
    case 50: *value = process.env_start; return true;
    case 51: *value = process.env_end; return true;
    default: return false;
    }
}

static void put_stat_line(FILE *out, char *line)
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
        if (stat_address(field, &value))
            fprintf(out, " %llu", (unsigned long long)value);
        else
            fprintf(out, " %s", word);
    }
    fputc('\n', out);
}

static void put_stat_file(FILE *out, const char *host_path)
{
    char line[2048];
    int64_t fd = host_call(SYS_openat, AT_FDCWD, host_path, O_RDONLY | O_CLOEXEC);
    int64_t n = fd < 0 ? -1 : host_call(SYS_read, fd, line, sizeof line - 1);
    if (fd >= 0)
        host_call(SYS_close, fd);
    if (n <= 0)
        return;
    line[n] = 0;
    put_stat_line(out, line);
}

// The names of the HWCAP bits (word 1, then word 2) as the kernel prints them.
static const char *const hwcap_names[2][64] = {
    {"fp",      "asimd", "evtstrm", "aes",   "pmull",    "sha1",   "sha2", "crc32",
     "atomics", "fphp",  "asimdhp", "cpuid", "asimdrdm", "jscvt",  "fcma", "lrcpc",
     "dcpop",   "sha3",  "sm3",     "sm4",   "asimddp",  "sha512", "sve",  "asimdfhm",
     "dit",     "uscat", "ilrcpc",  "flagm", "ssbs",     "sb",     "paca", "pacg"},
    {"dcpodp", "sve2",    "sveaes",   "svepmull", "svebitperm", "svesha3", "svesm4", "flagm2",
     "frint",  "svei8mm", "svef32mm", "svef64mm", "svebf16",    "i8mm",    "bf16",   "dgh",
     "rng",    "bti",     "mte",      "ecv",      "afp",        "rpres"},
};

static void put_features(FILE *out)
{
    fputs("Features\t:", out);
    for (unsigned w = 0; w < 2; w++)
        for (unsigned i = 0; i < 64; i++)
            if (a64_hwcap(w + 1) >> i & 1 && hwcap_names[w][i])
                fprintf(out, " %s", hwcap_names[w][i]);
    fputc('\n', out);
}

static void put_cpuinfo(FILE *out, MAYBE_UNUSED const char *host_path)
{
    for (long i = 0, n = sysconf(_SC_NPROCESSORS_ONLN); i < n; i++) {
        fprintf(out, "processor\t: %ld\nBogoMIPS\t: %.2f\n", i, 2.0 * (double)A64_CNTFRQ / 1e6);
        put_features(out);
        fprintf(out, "CPU implementer\t: 0x%02x\nCPU architecture: 8\nCPU variant\t: 0x%x\n",
                (unsigned)bits_get(A64_MIDR, 24, 8), (unsigned)bits_get(A64_MIDR, 20, 4));
        fprintf(out, "CPU part\t: 0x%03x\nCPU revision\t: %u\n\n",
                (unsigned)bits_get(A64_MIDR, 4, 12), (unsigned)bits_get(A64_MIDR, 0, 4));
    }
}

static void put_arch(FILE *out, MAYBE_UNUSED const char *host_path)
{
    fputs("aarch64\n", out);
}

struct view {
    const char *name;
    void (*put)(FILE *out, const char *host_path);
};

// Under /proc/self, and elsewhere.
static const struct view own_views[] = {
    {"maps", put_maps}, {"cmdline", put_cmdline}, {"environ", put_environ},
    {"auxv", put_auxv}, {"stat", put_stat_file},
};
static const struct view other_views[] = {
    {"/proc/cpuinfo", put_cpuinfo},
    {"/proc/sys/kernel/arch", put_arch},
};

static const struct view *find(const struct view *views, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(views[i].name, name))
            return &views[i];
    return NULL;
}

static int64_t write_all(int64_t fd, const char *text, size_t size)
{
    for (size_t done = 0; done < size;) {
        int64_t n = host_call(SYS_write, fd, text + done, size - done);
        if (n < 0)
            return n;
        done += (size_t)n;
    }
    return host_call(SYS_lseek, fd, 0, SEEK_SET) < 0 ? -EIO : 0;
}

static int64_t open_view(const struct view *view, const char *path, unsigned host_flags)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return -ENOMEM;
    view->put(out, path);
    if (fclose(out)) {
        free(text);
        return -ENOMEM;
    }
    int64_t fd = host_call(SYS_memfd_create, view->name, host_flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
    int64_t err = fd < 0 ? fd : write_all(fd, text, size);
    free(text);
    if (err < 0 && fd >= 0)
        host_call(SYS_close, fd);
    return err < 0 ? err : fd;
}

int64_t procfs_open(MAYBE_UNUSED struct thread *t, const char *path, unsigned host_flags)
{
    if (likely(strncmp(path, "/proc/", 6) != 0) || host_flags & (O_PATH | O_DIRECTORY | O_ACCMODE))
        return -ENOENT;
    const char *own = procfs_own(path);
    const struct view *view = own ? find(own_views, ARRAY_LEN(own_views), own)
                                  : find(other_views, ARRAY_LEN(other_views), path);
    if (!view)
        return -ENOENT;
    return open_view(view, path, host_flags);
}
