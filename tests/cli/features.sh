# SPDX-License-Identifier: MIT
# --features tells which features beyond Armv8.0-A the code of a file contains instructions of, where, and which
# processors have them all; data between instructions is none, in stripped files neither.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
head='.globl _start\n.type _start, %%function\n_start: ret\n.size _start, 4\n'
build() {
    printf "$head$1" >code.s
    "$CC" -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0x400000 -o code code.s || fail 'the program does not assemble'
}
# Hints do nothing where they are not known; what Armv8.0-A may have (crc32) is told.
build 'paciasp\nbti c\n'
succeeds 'nothing beyond Armv8.0-A' "$A64RUN" --features=code
build '.arch armv8-a+crc\ncrc32b w0, w0, w1\n'
succeeds 'FEAT_CRC32           1  0x400004 in .text
processors with all of that: all' "$A64RUN" --features=code
# Twice in one function, once in each of two others; a register, which the row of MSR does not name.
functions='.arch armv8.4-a\n.type f, %%function\nf: ldadd x0, x1, [x2]\nswp x0, x1, [x2]\n.size f, 8\n'
functions=$functions'.type g, %%function\ng: casal x0, x1, [x2]\n.size g, 4\n.type h, %%function\nh: msr dit, x0\nret\n.size h, 8\n'
build "$functions"
succeeds 'FEAT_LSE             3  0x400004 in f and 1 more
FEAT_DIT             1  0x400010 in h
processors with all of that: cortex-a710 cortex-x2 cortex-x3 neoverse-n2 neoverse-v1 neoverse-v2 apple-m1 graviton3 graviton4 grace max' \
    "$A64RUN" --features=code
"$CC" -c -o code.o code.s
succeeds 'FEAT_LSE             3  0x4 in .text
FEAT_DIT             1  0x10 in .text
processors with all of that: cortex-a710 cortex-x2 cortex-x3 neoverse-n2 neoverse-v1 neoverse-v2 apple-m1 graviton3 graviton4 grace max' \
    "$A64RUN" --features=code.o
# What no processor of these has: SVE, and what has no row.
build '.arch armv8-a+sve\nptrue p0.b\n.inst 0xffffffff\n'
succeeds 'SVE                  1  0x400004 in .text
unknown              1  0x400008 in .text
processors with all of that: none' "$A64RUN" --features=code
# A table between functions, with a word that would be LDADD: by the mapping symbols, and without them.
build '.word 0xf8200000, 0xffffffff, 0x12345678\n'
succeeds 'nothing beyond Armv8.0-A' "$A64RUN" --features=code
"${CC%gcc}strip" code
succeeds 'nothing beyond Armv8.0-A' "$A64RUN" --features=code
refuses 'nowhere No.such.file' "$A64RUN" --features=nowhere
refuses 'code.s no.AArch64.ELF.file' "$A64RUN" --features=code.s
refuses 'no.AArch64.ELF.file' "$A64RUN" --features="$A64RUN"
refuses 'no.AArch64.ELF.file' "$A64RUN" --features=/
head -c 200 code >cut
refuses 'cut no.section.headers' "$A64RUN" --features=cut
# Whatever the file, it ends by itself: headers of program and of sections (which end the file) with wrong bytes.
build "$functions"
size=$(wc -c <code)
seed=1
while [ $seed -le 20 ]; do
    "$MANGLE" $seed <code >mangled || fail 'mangle'
    [ $((seed % 2)) = 0 ] || cp code mangled
    printf '\377\100' | dd of=mangled bs=1 seek=$((size - seed * 13)) conv=notrunc 2>dd.log || fail 'dd'
    run "$A64RUN" --features=mangled
    case $ended in 'exit '[01]) ;; *) fail "seed $seed: $ended" ;; esac
    seed=$((seed + 1))
done
