// SPDX-License-Identifier: MIT
#include "modules.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_linux_proc_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
};

// What is added to the addresses of the file that is mapped at *m.
static bool find_bias(const struct image_map *m, uint64_t *bias)
{
    bool found = false;
    int fd = open(m->file, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
    GElf_Ehdr head;
    size_t count = 0;
    if (elf && gelf_getehdr(elf, &head) && head.e_machine == EM_AARCH64)
        elf_getphdrnum(elf, &count);
    for (size_t k = 0; k < count && !found; k++) {
        GElf_Phdr p;
        if (!gelf_getphdr(elf, (int)k, &p) || p.p_type != PT_LOAD)
            continue;
        uint64_t page = ~UINT64_C(4095), first = p.p_offset & page;
        found = m->offset >= first && m->offset < p.p_offset + p.p_filesz;
        *bias = m->start - m->offset - ((p.p_vaddr & page) - first);
    }
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return found;
}

// The vDSO has no file: one is made of its page.
static void report_vdso(Dwfl *dwfl, const struct image *i)
{
    char page[4096];
    int fd = i->vdso && image_memory(i, i->vdso, page, sizeof page) ? memfd_create("vdso", 0) : -1;
    if (fd < 0)
        return;
    if (write(fd, page, sizeof page) != (ssize_t)sizeof page ||
        !dwfl_report_elf(dwfl, "[vdso]", "[vdso]", fd, i->vdso, true))
        close(fd);
}

Dwfl *modules_open(const struct image *i)
{
    unsetenv("DEBUGINFOD_URLS"); // what is asked from elsewhere takes too long here
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (!dwfl) {
        fprintf(stderr, "a64report: %s\n", dwfl_errmsg(-1));
        return NULL;
    }
    dwfl_report_begin(dwfl);
    for (size_t k = 0; k < i->maps; k++) {
        uint64_t bias;
        // A file is known by its first mapping.
        bool known = false;
        for (size_t j = 0; j < k && !known; j++)
            known = !strcmp(i->map[j].file, i->map[k].file);
        if (!known && find_bias(&i->map[k], &bias))
            dwfl_report_elf(dwfl, i->map[k].file, i->map[k].file, -1, bias, true);
    }
    report_vdso(dwfl, i);
    dwfl_report_end(dwfl, NULL, NULL);
    return dwfl;
}

// As c++filt would show it; the C++ library of the host, if there is one, knows how. Allocated.
char *modules_demangle(const char *name)
{
    static char *(*function)(const char *, char *, size_t *, int *);
    static bool looked;
    int status = 1;
    if (!looked) {
        void *library = dlopen("libstdc++.so.6", RTLD_LAZY);
        void *symbol = library ? dlsym(library, "__cxa_demangle") : NULL;
        memcpy(&function, &symbol, sizeof function);
        looked = true;
    }
    char *plain = function && !strncmp(name, "_Z", 2) ? function(name, NULL, NULL, &status) : NULL;
    return plain ? plain : strdup(name);
}

// The name of a function's entry in the debug information, allocated; NULL if it has none. A member
// of a template may have its whole name only as a symbol.
static char *die_name(Dwfl_Module *module, Dwarf_Die *die, uint64_t at)
{
    Dwarf_Attribute a;
    GElf_Off offset;
    GElf_Sym s;
    const char *name = NULL;
    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &a) ||
        dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &a))
        name = dwarf_formstring(&a);
    if (!name && dwarf_tag(die) == DW_TAG_subprogram) {
        const char *symbol = dwfl_module_addrinfo(module, at, &offset, &s, NULL, NULL, NULL);
        name = symbol && !strncmp(symbol, "_Z", 2) ? symbol : NULL;
    }
    if (!name)
        name = dwarf_diename(die);
    return name ? modules_demangle(name) : NULL;
}

static void set_line(struct report_frame *f, const char *file, const char *folder, int line)
{
    if (!file)
        return;
    free(f->file);
    if (*file != '/' && folder) {
        if (asprintf(&f->file, "%s/%s", folder, file) < 0)
            f->file = NULL;
    } else {
        f->file = strdup(file);
    }
    f->line = line > 0 ? (unsigned)line : 0;
}

// Where the inlined function `die` was called from.
static void set_call_line(struct report_frame *f, Dwarf_Die *die, Dwarf_Die *unit)
{
    Dwarf_Attribute a;
    Dwarf_Word file, line;
    Dwarf_Files *files;
    if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &a), &file) ||
        dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &a), &line) ||
        dwarf_getsrcfiles(unit, &files, NULL))
        return;
    const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &a));
    set_line(f, dwarf_filesrc(files, file, NULL, NULL), folder, (int)line);
}

static bool is_function(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

static struct report_frame *begin_frame(struct report_thread *t, Dwfl_Module *module, uint64_t pc)
{
    struct report_frame *f = report_add_frame(t);
    const char *file;
    Dwarf_Addr start, bias;
    if (!f)
        return NULL;
    f->pc = pc;
    if (module) {
        const char *name = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, &file, NULL);
        dwfl_module_getelf(module, &bias);
        f->module = strdup(file ? file : name);
        f->offset = pc - bias;
    }
    return f;
}

static void set_own_line(struct report_frame *f, Dwfl_Module *module, uint64_t at)
{
    int line = 0;
    Dwfl_Line *l = dwfl_module_getsrc(module, at);
    const char *src = l ? dwfl_lineinfo(l, NULL, &line, NULL, NULL, NULL) : NULL;
    set_line(f, src, src ? dwfl_line_comp_dir(l) : NULL, line);
}

// Functions by the debug information, innermost first; false if there is none.
static bool describe_by_dies(struct report_thread *t, Dwfl_Module *module, uint64_t pc, uint64_t at)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = dwfl_module_addrdie(module, at, &bias), *scopes = NULL, *outer = NULL;
    int n = unit ? dwarf_getscopes(unit, at - bias, &scopes) : 0;
    // dwarf_getscopes goes from an inlined function on to where that was defined: here it is to go
    // on to where it was inlined.
    int inner = n > 0 ? dwarf_getscopes_die(&scopes[0], &outer) : 0;
    free(scopes);
    size_t before = t->frames;
    struct report_frame *f = NULL;
    Dwarf_Die *last = NULL;
    for (int k = 0; k < inner; k++) {
        if (!is_function(&outer[k]))
            continue;
        struct report_frame *new = begin_frame(t, module, pc);
        if (!new)
            break;
        if (last) {
            f = new - 1;
            f->inlined = true;
            set_call_line(new, last, unit);
        } else {
            set_own_line(new, module, at);
        }
        new->function = die_name(module, &outer[k], at);
        last = &outer[k];
        if (dwarf_tag(last) == DW_TAG_subprogram)
            break;
    }
    free(outer);
    return t->frames > before;
}

void modules_describe(Dwfl *dwfl, struct report_thread *t, uint64_t pc, uint64_t at)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
    if (module && describe_by_dies(t, module, pc, at))
        return;
    struct report_frame *f = begin_frame(t, module, pc);
    GElf_Off offset;
    GElf_Sym symbol;
    if (!f || !module)
        return;
    set_own_line(f, module, at); // of a function that stands inside of another, as lambdas do
    const char *name = dwfl_module_addrinfo(module, at, &offset, &symbol, NULL, NULL, NULL);
    // Without a size the symbol is only the closest one before.
    if (name && *name && (offset < symbol.st_size || (!symbol.st_size && offset < 4096)))
        f->function = modules_demangle(name);
}

struct search {
    const char *name;
    uint64_t address;
};

static int search_module(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr start,
                         void *arg)
{
    struct search *s = arg;
    int n = dwfl_module_getsymtab(module);
    (void)user;
    (void)name;
    (void)start;
    for (int k = 1; k < n; k++) {
        GElf_Sym symbol;
        GElf_Addr address;
        const char *found = dwfl_module_getsym_info(module, k, &symbol, &address, NULL, NULL, NULL);
        if (found && symbol.st_shndx != SHN_UNDEF && !strncmp(found, s->name, strlen(s->name)) &&
            (!found[strlen(s->name)] || found[strlen(s->name)] == '@')) {
            s->address = address;
            return DWARF_CB_ABORT;
        }
    }
    return DWARF_CB_OK;
}

uint64_t modules_address(Dwfl *dwfl, const char *name)
{
    struct search s = {.name = name};
    dwfl_getmodules(dwfl, search_module, &s, 0);
    return s.address;
}

char *modules_variable(Dwfl *dwfl, uint64_t addr)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, addr);
    GElf_Off offset;
    GElf_Sym symbol;
    char *text = NULL;
    const char *name =
        module ? dwfl_module_addrinfo(module, addr, &offset, &symbol, NULL, NULL, NULL) : NULL;
    if (!name || !*name || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || offset >= symbol.st_size)
        return NULL;
    char *plain = modules_demangle(name);
    if (!offset)
        return plain;
    if (asprintf(&text, "%s+%#lx", plain, (unsigned long)offset) < 0)
        text = NULL;
    free(plain);
    return text;
}
