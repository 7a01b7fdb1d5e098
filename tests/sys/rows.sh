# SPDX-License-Identifier: MIT
# Every row of linux/sys/*.c is called by some program of this folder: what was called is read from the trace of all of
# them. rows.txt lists the rows that none can call, with the reason. And every refused row answers its error, and
# the tests that docs/linux.md names make the calls.
why='the trace is ours'
. "${0%/*}/lib/ours.sh"
sed -n 's/^SYSCALL[0-6](\([0-9]*\), \([a-z0-9_]*\),.*/\2/p' "$TOP"/emulator/linux/sys/*.c | sort >rows
sed -n 's/^SYS_REFUSE(\([0-9]*\), \([a-z0-9_]*\), \([A-Z0-9]*\),.*/{\1, "\2", \3},/p' "$TOP"/emulator/linux/sys/*.c >refused
[ "$(wc -l <rows)" -gt 280 ] && [ -s refused ] || { echo "FAIL: the rows were not read"; exit 1; }

cat >refused.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
static const struct { int nr; const char *name; int error; } rows[] = {
#include "refused"
};
int main(void)
{
    int failed = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (syscall(rows[i].nr, 0l, 0l, 0l, 0l, 0l, 0l) != -1 || errno != rows[i].error)
            failed |= printf("FAIL: %s gave %d\n", rows[i].name, errno);
    return failed != 0;
}
END
"$CROSS_CC" -static refused.c -o refused.bin && "$A64RUN" refused.bin || failed=1

cat >one.sh <<'END'
mkdir "$2" && cd "$2" && "$1" -strace -D ../"$2.log" "$3" >/dev/null 2>&1
grep -oE '^[0-9]+ [a-z0-9_]+\(' ../"$2.log" | sed 's/.* //; s/($//' | sort -u >../"$2.calls"
rm -f ../"$2.log"
END
for program in "$BIN"/*; do
    case ${program##*/} in # what takes long because it races calls nothing that others do not
    threads_* | jumps_out | limits_each | signal_before_call | no_eintr | interrupted | tagged_many | flags_at_fault | stress) continue ;;
    killed_neighbours | leaks) continue ;; # the same, and some are killed in the middle of a line
    esac
    printf '%s\0%s\0' "${program##*/}" "$program"
done | xargs -0 -P 2 -n 2 sh one.sh "$A64RUN" 2>/dev/null
cat ./*.calls | sort -u >called
sed 's/[ #].*//; /^$/d' "$TOP/tests/sys/rows.txt" | sort >listed
comm -23 rows called | comm -23 - listed >missing
[ ! -s missing ] || blame "no program calls $(tr '\n' ' ' <missing); write one, or say in rows.txt why there is none"
comm -12 called listed >stale
[ ! -s stale ] || blame "rows.txt lists what is called: $(tr '\n' ' ' <stale)"
comm -13 rows listed >unknown
[ ! -s unknown ] || blame "rows.txt lists what is no row: $(tr '\n' ' ' <unknown)"
grep -vE '^#|^[a-z0-9_]+ +[^ ]' "$TOP/tests/sys/rows.txt" && blame 'a line of rows.txt without a reason'
# What docs/linux.md says of tests, as far as they were traced.
awk '{ test = FILENAME; gsub(/^.*\/|\.calls$/, "", test) } { print $1, test }' ./*.calls >made
sed -n 's/^| [0-9]* | \([a-z0-9_]*\) | .* | \([^|]*\) |$/\1 \2/p' "$TOP/docs/linux.md" | tr -d ',.' |
    awk '{ for (i = 2; i <= NF; i++) print $1, $i }' |
    awk 'FILENAME == "made" { made[$0]; traced[$2]; next } $2 in traced && !($0 in made)' made - >untrue
[ "$(wc -l <"$TOP/docs/linux.md")" -gt 280 ] || blame 'docs/linux.md was not read'
[ ! -s untrue ] || blame "docs/linux.md has tests that do not make the call: $(tr '\n' ';' <untrue)"
echo "$(wc -l <rows) rows, $(comm -12 rows called | wc -l) called, $(wc -l <listed) listed, $(wc -l <refused) refused"
exit $failed
