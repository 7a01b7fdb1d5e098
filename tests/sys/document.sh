# SPDX-License-Identifier: MIT
# The example of docs/add-syscall.md is a row that compiles, the checks it promises refuse what they should, and the
# files and kinds it names exist.
doc=$TOP/docs/add-syscall.md
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1
fail() {
    echo "FAIL: $*"
    exit 1
}
compiles() {
    "$CC" -std=gnu11 -D_GNU_SOURCE -I "$TOP/emulator" -Werror=implicit-function-declaration -c "$1" -o "$1.o" 2>"$1.err"
}
{
    echo '#include "linux/host_call.h"'
    echo '#include "linux/sys.h"'
    sed -n '/^```c$/,/^```$/p' "$doc" | grep -v '^```'
} >row.c
grep -q SYSCALL row.c || fail 'the document has no example'
compiles row.c || { cat row.c.err; fail 'the example does not compile'; }
sed 's/SYSCALL3(274/SYSCALL3(275/' row.c >other.c
compiles other.c && fail 'a row with another number compiles'
grep -q 'has another number' other.c.err || fail 'the message does not say why'
cp row.c twice.c && compiles twice.c || fail 'the copy does not compile'
"$CC" -nostdlib -r -o both.o row.c.o twice.c.o 2>link.err && fail 'a number used twice links'
grep -q sys_row_274 link.err || fail 'the linker does not name the number'
grep -q '^SYS_NAME(274, sched_setattr)' "$TOP/emulator/linux/sys_names.def" || fail 'no such name'
for kind in pid ptr hex fd path out_buf long; do
    grep -q "^SYS_KIND($kind, " "$TOP/emulator/linux/sys_kinds.def" || fail "there is no kind $kind"
done
for file in sys_abi.h sys/ioctl.def sys/prctl.def guest.h; do
    [ -f "$TOP/emulator/linux/$file" ] || fail "there is no linux/$file"
done
[ "$(wc -l <"$doc")" -le 60 ] || fail 'more than a screen'
echo ok
