# SPDX-License-Identifier: MIT
# The numbers of linux/sys_names.def are those of the cross compiler's kernel headers, and none is missing; every row of
# linux/sys/ioctl.def has the same number on both sides.
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1
names=$TOP/emulator/linux/sys_names.def
{
    echo '#include <asm/unistd.h>'
    sed -n 's/^SYS_NAME(\([0-9]*\), \(.*\))$/#if defined __NR_\2 \&\& __NR_\2 != \1\n#error \2 is not \1\n#endif/p' "$names"
} >numbers.c
[ "$(grep -c '#error' numbers.c)" -gt 300 ] || { echo "FAIL: the names were not read"; exit 1; }
"$CROSS_CC" -fsyntax-only numbers.c || { echo 'FAIL: numbers differ'; exit 1; }
echo '#include <asm/unistd.h>' | "$CROSS_CC" -E -dM - | sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/\1/p' |
    grep -vxE 'syscalls|arch_specific_syscall' | while read -r name; do
    grep -qE "^SYS_NAME\([0-9]+, $name\)" "$names" || echo "FAIL: $name is missing"
done >missing
[ ! -s missing ] || { cat missing; exit 1; }

# The host's number of each ioctl, printed by the host's compiler, checked by the guest's.
# With what older headers lack.
cat "$TOP/emulator/linux/sys/ioctl.c" "$TOP/emulator/linux/sys/ioctl.h" |
    sed -n '/^#ifndef EMU_/d; /^#include </p; /^#ifndef/,/^#endif/p' >headers.h
cat >print.c <<'END'
#include "headers.h"
#include <stdio.h>
#define IOCTL_OF(name, structure) IOCTL(name)
#define IOCTL_BY(name, function) IOCTL(name)
#define IOCTL(name) printf("_Static_assert((unsigned)(%s) == %uu, #name);\n", #name, (unsigned)(name));
int main(void)
{
#include "linux/sys/ioctl.def"
}
END
"$CC" -D_GNU_SOURCE -I "$TOP/emulator" print.c -o print 2>print.err || { head -5 print.err; exit 1; }
{
    echo '#include "headers.h"'
    ./print | sed 's/#name/"the numbers differ"/'
} >ioctls.c
[ "$(grep -c _Static_assert ioctls.c)" -gt 150 ] || { echo "FAIL: the ioctls were not read"; exit 1; }
"$CROSS_CC" -D_GNU_SOURCE -fsyntax-only ioctls.c 2>ioctls.err || { head -20 ioctls.err; exit 1; }
echo ok
