// SPDX-License-Identifier: MIT
// From a path to a thread that stands at the program's first instruction.
#include "base/bits.h"
#include "base/die.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/elf.h"
#include "linux/exe.h"
#include "linux/pac.h"
#include "linux/path.h"
#include "linux/publish.h"
#include "linux/seccomp_rules.h"
#include "linux/stack.h"
#include "linux/stop.h"
#include "linux/symbols.h"
#include "linux/sys.h"
#include "linux/sys/exec_self.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct process process;
struct process_watch process_watch;
__thread struct thread *thread_self;

enum {
    DEFAULT_STACK = 8 << 20,
    LEAST_STACK = 128 << 10,
    OWN_STACK = 512 << 10,
};
#define LARGEST_STACK (UINT64_C(1) << 40)

// Whether a stack grows when a program's instruction touches it: older kernels look at the host's
// stack pointer, which is elsewhere.
static bool host_grows_stacks(void)
{
    struct utsname u;
    return uname(&u) == 0 && atoi(u.release) >= 5;
}

// The most that the stack may grow to: RLIMIT_STACK, which -s sets. Where the host does not let it
// grow so far it is mapped whole.
static void choose_stack(uint64_t asked)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_STACK, &limit);
    process.stack_fixed = !host_grows_stacks();
    if (asked) {
        limit.rlim_cur = asked;
        if (limit.rlim_max < asked)
            limit.rlim_max = asked;
        process.stack_fixed |= setrlimit(RLIMIT_STACK, &limit) < 0;
    }
    process.stack_size = limit.rlim_cur < LARGEST_STACK ? limit.rlim_cur : LARGEST_STACK;
    if (process.stack_fixed && !asked && limit.rlim_cur == RLIM_INFINITY)
        process.stack_size = DEFAULT_STACK;
    if (process.stack_size < LEAST_STACK)
        process.stack_size = LEAST_STACK;
}

// The emulator's own stack has its size before the guest can lower the limit.
static void grow_own_stack(void)
{
    if (process.stack_fixed || process.stack_size < 2 * OWN_STACK)
        return;
    volatile char *end = (char *)__builtin_frame_address(0) - OWN_STACK;
    *end = 0;
}

// As the kernel counts them: code is what is executable, data what lies highest.
static void note_ranges(const struct elf_image *image, uint64_t bias)
{
    process.start_code = UINT64_MAX;
    for (unsigned i = 0; i < image->count; i++) {
        const struct elf_segment *s = &image->segment[i];
        uint64_t start = s->vaddr + bias, end = start + s->filesz;
        if (s->prot & 4 && start < process.start_code)
            process.start_code = start;
        if (s->prot & 4 && end > process.end_code)
            process.end_code = end;
        if (start > process.start_data)
            process.start_data = start;
        if (end > process.end_data)
            process.end_data = end;
    }
}

// What to do about an interpreter that is not there.
static const char *way_out(const char *interp)
{
    if (interp[0] != '/')
        return "start it from the folder that has it, or link it again with an absolute -dynamic-linker";
    if (strstr(interp, "/ld-linux-aarch64.so"))
        return "give the folder that has it with -L (Debian: apt install libc6-arm64-cross)";
    if (strstr(interp, "/ld-musl-aarch64.so"))
        return "give the root folder of a system with musl (Alpine has it) with -L, or link it statically";
    return "give the folder that has it with -L";
}

static bool load_interpreter(const struct elf_image *program, struct stack_layout *layout,
                             uint64_t *entry, struct elf_error *error)
{
    char path[PATH_SIZE], places[1536];
    struct elf_image image;
    const char *found = path_find_interpreter(program->interp, path, places, sizeof places);
    if (!found)
        return elf_fail(error, ELF_STATUS_NOT_FOUND, ENOENT,
                        "needs the interpreter %s, which was not found; looked for: %s; %s",
                        program->interp, places, way_out(program->interp));
    struct elf_error why;
    unsigned mode;
    int fd = elf_open(found, &image, &mode, &why);
    if (fd < 0)
        return elf_fail(error, why.status, why.error, "cannot use its interpreter: %s %.1500s",
                        found, why.text);
    uint64_t span = image.high - image.low, base = image.relocatable ? 0 : image.low;
    if (image.relocatable)
        base = round_down(mm_find_room(&process.mm, span + image.align - MM_PAGE) + image.align -
                              MM_PAGE,
                          image.align);
    layout->interp_base = base - image.low;
    layout->interp_size = image.high;
    *entry = image.entry + layout->interp_base;
    bool ok =
        elf_guard(&image, fd, &why) && elf_map(&process.mm, &image, fd, layout->interp_base, &why);
    close(fd);
    if (!ok)
        return elf_fail(error, why.status, why.error, "cannot use its interpreter: %s %.1500s",
                        found, why.text);
    return true;
}

// What the program was started by.
static const char *name_of(const struct linux_options *options)
{
    return options->execfn ? options->execfn : options->program;
}

// Whether a program that may lie anywhere goes near compiled code. Its heap, which might come to
// what is mapped above it, is then where the kernel would put both, as the kernel has it for a
// dynamic linker that is executed itself.
static bool is_near(const struct elf_image *image)
{
    return image->relocatable && process.mm.pie_near && image->align <= MM_NEAR_SIZE &&
           image->high - image->low <= MM_NEAR_SIZE;
}

static bool load(struct thread *t, const struct linux_options *options, struct elf_error *error)
{
    struct elf_image image;
    unsigned mode;
    int fd = elf_open(options->program, &image, &mode, error);
    if (fd < 0)
        return false;
    bool any = mode & 0111;
    if (options->opened) // that was for this alone
        close(options->opened - 1);
    if (!any || (access(options->program, X_OK) < 0 && errno == EACCES)) {
        close(fd);
        return elf_fail(error, ELF_STATUS_CANNOT_RUN, EACCES, "Permission denied: %s",
                        any ? "you may not execute it (ls -l), or its file system is noexec"
                            : "it is not executable; chmod +x it");
    }
    exe_note(fd);
    struct stack_layout layout = {.image = &image};
    bool near = is_near(&image);
    if (image.relocatable)
        layout.bias =
            round_up(near ? process.mm.pie_near : process.mm.pie_base, image.align) - image.low;
    if (image.high + layout.bias > process.mm.top) {
        close(fd);
        return elf_fail(error, ELF_STATUS_CANNOT_RUN, ENOMEM,
                        "does not fit the address space: it needs %#" PRIx64
                        " bytes from %#" PRIx64,
                        image.high - image.low, image.low + layout.bias);
    }
    bool ok = (image.interp[0] || elf_guard(&image, fd, error)) &&
              elf_map(&process.mm, &image, fd, layout.bias, error);
    close(fd);
    uint64_t entry = image.entry + layout.bias;
    if (!ok || (image.interp[0] && !load_interpreter(&image, &layout, &entry, error)))
        return false;
    note_ranges(&image, layout.bias);
    process.load_bias = layout.bias;
    process.interp_base = layout.interp_base;
    process.interp_size = layout.interp_size;
    process.mm.brk_start = process.mm.brk = near ? process.mm.pie_base : image.high + layout.bias;
    t->cpu.s.pc = entry;
    return stack_build(t, &layout, name_of(options), error);
}

// --dump=guest,ir,eval@PC: the block at PC, or at the entry point, as the engine sees it.
static NORETURN void dump(struct thread *t, const char *what)
{
    static const char *const known[] = {"guest", "ir", "eval", "opt", "x64"};
    const char *at = strchr(what, '@'), *end = at ? at : what + strlen(what);
    char *rest = NULL;
    uint64_t pc = at ? strtoull(at + 1, &rest, 16) : t->cpu.s.pc;
    if (at && (rest == at + 1 || *rest || pc % 4))
        die("--dump=%s: behind the @ give a block's address in hexadecimal, a multiple of 4", what);
    while (what < end) {
        size_t n = strcspn(what, ",@");
        unsigned i = 0;
        while (i < ARRAY_LEN(known) && (strncmp(known[i], what, n) != 0 || known[i][n]))
            i++;
        if (i == ARRAY_LEN(known))
            die("--dump=%.*s: unknown; give guest, ir, eval, opt, x64, or some of them separated by commas",
                (int)n, what);
        engine_dump_block(stdout, pc, cpu_mode(&t->cpu), known[i]);
        what += n + (what[n] == ',');
    }
    finish_output();
}

// Blocks are removed when mappings change, which the names follow.
static bool name_place(uint64_t pc, char *name, size_t size)
{
    static uint64_t removed;
    if (removed != engine_stats.removed)
        symbols_forget();
    removed = engine_stats.removed;
    return symbols_name(pc, name, size, NULL, 0);
}

static void begin_engine(void)
{
    struct stat st;
    if (!engine_settings.saved || stat(process.exe, &st) != 0)
        return;
    engine_begin(&(struct engine_program){
        .path = process.exe,
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .changed = (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec,
    });
}

static void begin_injecting(struct thread *first, const struct linux_options *options)
{
    const char *which;
    if (!inject_begin(&which))
        die("--inject=...:run=%s: %s; name a file that is empty, or in which a run has counted",
            which, error_text(errno));
    if (inject_any()) {
        first->judged |= JUDGED_INJECT;
        sys_look_at_all();
    }
    first->injected = options->inject_counts;
}

int linux_start(const struct linux_options *options, int argc, char **argv, char **envp)
{
    static struct thread first;
    static const struct engine_os os = {.fetch = mm_fetch,
                                        .mapping_end = mm_mapping_end,
                                        .name = name_place,
                                        .service = thread_service,
                                        .direct = &sys_direct};
    (void)argc;
    process.options = *options;
    memcpy(process.limits, options->limits, sizeof process.limits);
    choose_stack(options->stack_size);
    grow_own_stack();
    process.argv = argv;
    process.envp = envp;
    mm_init(&process.mm, options->va_bits, process.stack_size);
    if (options->sysroot)
        path_sysroot();
    thread_self = &first;
    die_set_context(thread_print_where);
    first.cpu.thread = &first;

    struct elf_error error;
    if (!load(&first, options, &error)) {
        complain("%.4096s: %s", options->program, error.text);
        return error.status;
    }
    engine_init(&os);
    begin_engine();
    first.cpu.fpsr_unseen = engine_settings.lazy_fpsr && !engine_settings.check;
    engine_thread_init(&first.cpu);
    pac_start(&first.cpu.s.pac);
    if (options->dump)
        dump(&first, options->dump);
    publish_process(options->comm ? options->comm : name_of(options));
    first.tid = getpid();
    process.pid = first.tid;
    process.threads = 1;
    threads_alone(&first);
    process.number = process.last_number = lock_holder;
    signal_init(&first);
    if (options->emulator)
        exec_self_given(options->emulator - 1);
    if (options->seccomp && !seccomp_unpack(&first, options->seccomp - 1))
        die("--seccomp=%d: not the rules about system calls that a program passes on",
            options->seccomp - 1);
    sys_hide_own();
    begin_injecting(&first, options);
    if (log_on(LOG_strace))
        sys_look_at_all();
    tags_control(&first, 0);
    if (process_watch.begins)
        process_watch.begins(&first);
    if (options->begin)
        options->begin(&first);
    thread_run(&first);
}
