// SPDX-License-Identifier: MIT
// The rules of --inject, in the words of strace(1):
//
//     SET[:error=ERRNO|:retval=VALUE][:signal=SIG][:delay_enter=TIME][:delay_exit=TIME][:when=EXPR]
//
// SET: names of calls and classes (linux/sys_classes.def), separated by commas; all but these with
// ! in front. EXPR: FIRST[..LAST][+[STEP]]. `error=` may be left out. What strace does not have:
// error=likely, when=never, and run=FILE, which comes last.
#include "base/bits.h"
#include "linux/inject.h"
#include "linux/sys_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)SYS_NR_END <= INJECT_CALLS, "a number of a call is not counted");

enum {
    SIGNALS = 64,
    SIGRT_FIRST = 34, // SIGRTMIN of the C library
    WHEN_MOST = UINT16_MAX,
};

static struct inject_rule rules[INJECT_RULES];
static unsigned count;
static uint8_t rule_of[SYS_NR_END]; // 1 more than its place in `rules`, or 0

static const uint8_t likely[SYS_NR_END] = {
#define INJECT_LIKELY(call, error) [SYS_NR_##call] = (error),
#include "linux/inject.def"
#undef INJECT_LIKELY
};

struct inject_rule *inject_rule_of(unsigned nr)
{
    return nr < SYS_NR_END && rule_of[nr] ? &rules[rule_of[nr] - 1] : NULL;
}

bool inject_any(void)
{
    return count;
}

int inject_likely(unsigned nr)
{
    return nr < SYS_NR_END ? likely[nr] : 0;
}

static char message[512];

static PRINTF_LIKE(1, 2) bool wrong(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return false;
}

// A number from `least` to `most`; false if the word is something else.
static bool number(const char *word, const char **end, uint64_t least, uint64_t most, uint64_t *n)
{
    char *stop;
    errno = 0;
    *n = strtoull(word, &stop, 0);
    *end = stop;
    return !errno && *word >= '0' && *word <= '9' && *n >= least && *n <= most;
}

static bool whole_number(const char *word, uint64_t least, uint64_t most, uint64_t *n)
{
    const char *end;
    return number(word, &end, least, most, n) && !*end;
}

static int error_of(const char *word)
{
    uint64_t n;
    if (whole_number(word, 1, 4095, &n) && strerrorname_np((int)n))
        return (int)n;
    if (!strcmp(word, "EWOULDBLOCK"))
        return EWOULDBLOCK;
    for (int e = 1; e < 256; e++) {
        const char *name = strerrorname_np(e);
        if (name && !strcmp(name, word))
            return e;
    }
    return 0;
}

static bool set_result(struct inject_rule *r, enum inject_result what, int64_t value)
{
    if (r->result != INJECT_NONE)
        return wrong("it can return one thing only: leave one of error= and retval= away");
    r->result = what;
    r->value = value;
    return true;
}

static bool set_error(struct inject_rule *r, const char *word)
{
    if (!strcmp(word, "likely"))
        return set_result(r, INJECT_LIKELY, 0);
    int e = error_of(word);
    if (!e)
        return wrong("'%s' is no error: give a name as ENOSPC, a number, or likely", word);
    return set_result(r, INJECT_VALUE, -e);
}

static bool set_retval(struct inject_rule *r, const char *word)
{
    uint64_t n;
    if (!whole_number(word, 0, INT64_MAX, &n))
        return wrong("retval=%s: give a number from 0 on (error= makes a call fail)", word);
    return set_result(r, INJECT_VALUE, (int64_t)n);
}

static bool set_signal(struct inject_rule *r, const char *word)
{
    uint64_t n;
    const char *name = !strncmp(word, "SIG", 3) ? word + 3 : word;
    r->signal = 0;
    if (whole_number(word, 1, SIGNALS, &n))
        r->signal = (int)n;
    else if (!strncmp(name, "RTMIN+", 6) && whole_number(name + 6, 0, SIGNALS - SIGRT_FIRST, &n))
        r->signal = SIGRT_FIRST + (int)n;
    for (int s = 1; s < SIGRT_FIRST && !r->signal; s++) {
        const char *known = sigabbrev_np(s);
        if (known && !strcmp(known, name))
            r->signal = s;
    }
    return r->signal || wrong("signal=%s: give a name as SIGUSR1 or SIGRTMIN+2, or a number", word);
}

// Microseconds, or with s, ms, us, ns.
static bool set_delay(uint64_t *delay, const char *key, const char *word)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"", 1000}, {"us", 1000}, {"ns", 1}, {"ms", 1000000}, {"s", 1000000000}};
    const char *unit;
    uint64_t n;
    if (number(word, &unit, 0, UINT32_MAX, &n))
        for (unsigned i = 0; i < ARRAY_LEN(units); i++)
            if (!strcmp(unit, units[i].name)) {
                *delay = n * units[i].ns;
                return true;
            }
    return wrong("%s=%s: give microseconds, or a number with s, ms, us or ns", key, word);
}

static bool set_delay_before(struct inject_rule *r, const char *word)
{
    return set_delay(&r->delay_before, "delay_enter", word);
}

static bool set_delay_behind(struct inject_rule *r, const char *word)
{
    return set_delay(&r->delay_behind, "delay_exit", word);
}

static bool set_when(struct inject_rule *r, const char *word)
{
    uint64_t n;
    const char *at = word;
    if (!strcmp(word, "never")) {
        r->first = 1;
        r->last = 0;
        return true;
    }
    bool right = number(at, &at, 1, WHEN_MOST, &n);
    r->first = r->last = (uint32_t)n;
    r->step = 1;
    if (right && at[0] == '.' && at[1] == '.') {
        right = number(at + 2, &at, r->first, WHEN_MOST, &n);
        r->last = (uint32_t)n;
    } else if (*at == '+') {
        r->last = UINT32_MAX;
    }
    if (right && *at == '+') {
        n = 1;
        right = !*++at || number(at, &at, 1, WHEN_MOST, &n);
        r->step = (uint32_t)n;
    }
    return (right && !*at) ||
           wrong("when=%s: give FIRST, FIRST+, FIRST+STEP, FIRST..LAST or FIRST..LAST+STEP, "
                 "numbers from 1 to %d, or never",
                 word, WHEN_MOST);
}

static bool set_run(struct inject_rule *r, const char *word)
{
    r->run = word;
    return *word == '/' ||
           wrong("run=%s: give the whole path, from / on, of a file to count in", word);
}

// One part of a rule behind its calls; `word` is kept.
static bool read_part(struct inject_rule *r, char *word)
{
    static const struct {
        const char *key;
        bool (*set)(struct inject_rule *r, const char *value);
    } parts[] = {{"error=", set_error},
                 {"retval=", set_retval},
                 {"signal=", set_signal},
                 {"delay_enter=", set_delay_before},
                 {"delay_exit=", set_delay_behind},
                 {"when=", set_when},
                 {"run=", set_run}};
    for (unsigned i = 0; i < ARRAY_LEN(parts); i++) {
        size_t n = strlen(parts[i].key);
        if (!strncmp(word, parts[i].key, n))
            return parts[i].set(r, word + n);
    }
    if (error_of(word) || !strcmp(word, "likely"))
        return set_error(r, word);
    return wrong("'%s' is neither an error nor one of error=, retval=, signal=, delay_enter=, "
                 "delay_exit=, when= and run=",
                 word);
}

// Reads names and classes of calls.
static bool read_set(bool chosen[SYS_NR_END + 1], char *set)
{
    bool all_but = *set == '!';
    memset(chosen, all_but, (SYS_NR_END + 1) * sizeof *chosen);
    char *rest = set + all_but;
    while (rest) {
        const char *name = strsep(&rest, ",");
        bool optional = *name == '?';
        if (!sys_choose(chosen, name + optional, !all_but) && !optional)
            return wrong(
                "'%s' is neither a system call nor a class; --trace=help lists the classes", name);
    }
    return true;
}

static bool read_rule(struct inject_rule *r, bool chosen[SYS_NR_END + 1], char *text)
{
    char *set = strsep(&text, ":");
    if (!read_set(chosen, set))
        return false;
    while (text) {
        bool path = !strncmp(text, "run=", 4); // which may have colons
        if (!read_part(r, path ? text : strsep(&text, ":")))
            return false;
        if (path)
            break;
    }
    bool does = r->result != INJECT_NONE || r->signal || r->delay_before || r->delay_behind;
    return does ||
           wrong("it says which calls, but not what is to happen: %s:ENOSPC, for example", set);
}

static bool is_known(const char *text)
{
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(rules[i].text, text))
            return true;
    return false;
}

// `text` is kept.
static bool add_rule(const char *text)
{
    if (is_known(text))
        return true;
    if (count == INJECT_RULES)
        return wrong("there are %d rules already", INJECT_RULES);
    static bool chosen[SYS_NR_END + 1];
    struct inject_rule *r = &rules[count];
    char *words = strdup(text); // to which parts of the rule go on pointing
    *r = (struct inject_rule){.text = text, .first = 1, .last = UINT32_MAX, .step = 1};
    if (!words)
        return wrong("there is no memory for it");
    if (!read_rule(r, chosen, words))
        return false;
    count++;
    for (unsigned nr = 0; nr < SYS_NR_END; nr++)
        if (chosen[nr] && (r->result != INJECT_LIKELY || likely[nr]))
            rule_of[nr] = (uint8_t)count;
    return true;
}

// One with run= takes all that follows: there may be blanks in a path.
static const char *next_rule(char **rest)
{
    const char *run = strstr(*rest, ":run="), *blank = strchr(*rest, ' ');
    if (!run || (blank && blank < run))
        return strsep(rest, " ");
    const char *rule = *rest;
    *rest = NULL;
    return rule;
}

const char *inject_add(const char *given)
{
    char *all = strdup(given);
    const char *word;
    if (!all)
        return "there is no memory for it";
    if (!all[strspn(all, " ")])
        return "it is empty: give calls and what is to happen, for example write:ENOSPC:when=3";
    while (all && (word = next_rule(&all)))
        if (*word && !add_rule(word))
            return message;
    return NULL;
}
