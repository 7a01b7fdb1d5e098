// SPDX-License-Identifier: MIT
// An exception that nobody catches ends in std::terminate. Where it was thrown is still on the
// stack, and so is its address, somewhere: exceptions are known by their class, "GNUCC++". What
// stands before and behind that is laid down by the C++ ABI for Itanium, which all machines have.
#include "exception.h"

#include "modules.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 32,      // of the unwinder, between the class and the object
    TYPE_BEFORE = 80, // the pointer to the type, before the class
    STACK = 8192,     // bytes that are searched
    BASES = 8,        // of a class, one above the other
    TEXT = 256,
};

// Whether an exception's header is at addr.
static bool is_header(const struct image *i, uint64_t addr)
{
    char class[8];
    return addr && !(addr & 7) && image_memory(i, addr, class, sizeof class) &&
           !memcmp(class, "\0++CCUNG", 8);
}

// The header of the exception that was thrown last, or 0.
static uint64_t find_header(const struct image *i, const struct report_thread *t)
{
    for (unsigned r = 0; r < 31; r++)
        if (is_header(i, t->registers.x[r]))
            return t->registers.x[r];
    for (unsigned n = 0; n < STACK; n += 8) {
        uint64_t word;
        if (!image_memory(i, t->registers.sp + n, &word, sizeof word))
            break;
        if (is_header(i, word))
            return word;
    }
    return 0;
}

static void read_text(const struct image *i, uint64_t at, char text[TEXT])
{
    size_t n = 0;
    while (n < TEXT - 1 && image_memory(i, at + n, text + n, 1) && text[n])
        n++;
    text[n] = 0;
}

// The mangled name of a type; false if there is no type_info at `type`.
static bool name_of_type(const struct image *i, uint64_t type, char name[TEXT])
{
    uint64_t info[2];
    if (!type || !image_memory(i, type, info, sizeof info))
        return false;
    read_text(i, info[1], name);
    if (*name == '*') // of a type that is the same by its address alone
        memmove(name, name + 1, strlen(name));
    return *name;
}

// The first class that a class is derived from. There is one, in the third word; or several, and
// the words behind have them.
static uint64_t base_of(const struct image *i, uint64_t type)
{
    uint64_t base[2];
    char name[TEXT];
    if (!image_memory(i, type + 16, base, sizeof base))
        return 0;
    return name_of_type(i, base[0], name) ? base[0] : base[1];
}

// Whether the type is a logic_error or runtime_error, as most are: these have their text behind the
// table of functions.
static bool has_text(const struct image *i, uint64_t type)
{
    char name[TEXT];
    for (unsigned n = 0; n < BASES && name_of_type(i, type, name); n++, type = base_of(i, type))
        if (!strcmp(name, "St11logic_error") || !strcmp(name, "St13runtime_error"))
            return true;
    return false;
}

// ": std::runtime_error, "the reason"", as far as it is known.
static void describe(const struct image *i, char *out, size_t size)
{
    uint64_t header = find_header(i, &i->report.thread[0]), type, at;
    char name[TEXT], symbol[TEXT + 8], text[TEXT];
    *out = 0;
    if (!header || !image_memory(i, header - TYPE_BEFORE, &type, sizeof type) ||
        !name_of_type(i, type, name))
        return;
    snprintf(symbol, sizeof symbol, "_ZTI%s", name);
    char *plain = modules_demangle(symbol);
    const char *of = plain && !strncmp(plain, "typeinfo for ", 13) ? plain + 13 : name;
    int n = snprintf(out, size, ": %s", of);
    free(plain);
    if (n < 0 || (size_t)n >= size || !has_text(i, type) ||
        !image_memory(i, header + HEADER + 8, &at, sizeof at))
        return;
    read_text(i, at, text);
    snprintf(out + n, size - (size_t)n, ", \"%s\"", text);
}

// Whether the frame is one of `function`, whatever its arguments.
static bool is_of(const struct report_frame *f, const char *function)
{
    size_t n = strlen(function);
    return f->function && !strncmp(f->function, function, n) &&
           (!f->function[n] || f->function[n] == '(');
}

// "main at /folder/prog.cc:17"; for a function of a library also the first one behind it that has a
// line.
static void place(const struct report_thread *t, size_t k, char *out, size_t size)
{
    const struct report_frame *f = &t->frame[k];
    int n = snprintf(out, size, "%s", f->function ? f->function : "??");
    size_t lined = k;
    while (lined < t->frames && !t->frame[lined].file)
        lined++;
    if (n < 0 || (size_t)n >= size || lined == t->frames)
        return;
    f = &t->frame[lined];
    if (lined == k)
        snprintf(out + n, size - (size_t)n, " at %s:%u", f->file, f->line);
    else
        snprintf(out + n, size - (size_t)n, ", called by %s at %s:%u",
                 f->function ? f->function : "??", f->file, f->line);
}

void exception_explain(struct image *i)
{
    const struct report_thread *t = &i->report.thread[0];
    bool terminates = false, leaves = false;
    char what[3 * TEXT], where[1024];
    for (size_t k = 0; k + 1 < t->frames; k++) {
        const struct report_frame *f = &t->frame[k];
        terminates |=
            is_of(f, "std::terminate") || is_of(f, "__gnu_cxx::__verbose_terminate_handler");
        leaves |= terminates && is_of(f, "__gxx_personality_v0");
        if (!terminates || !is_of(f, "__cxa_throw"))
            continue;
        describe(i, what, sizeof what);
        place(t, k + 1, where, sizeof where);
        facts_printf(&i->report.facts, "message", "an exception that %s%s, thrown in %s",
                     leaves ? "comes to a function that lets none out (noexcept, a destructor)"
                            : "nobody catches",
                     what, where);
        return;
    }
    if (terminates)
        facts_add(&i->report.facts, "message", "std::terminate was called");
}
