# SPDX-License-Identifier: MIT
# Programs for other processors, and ELF files that are no programs: the message says what they are.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
patch_bytes() { # file offset octal...
    cp "$TOOL" "$1"
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
cp /bin/true host
refuses 'host x86-64 aarch64' "$A64RUN" ./host
patch_bytes arm 18 '\050\000'
printf '\001' | dd of=arm bs=1 seek=4 conv=notrunc 2>/dev/null
refuses 'arm 32-bit' "$A64RUN" ./arm
patch_bytes ilp32 4 '\001'
refuses 'ilp32 (32-bit|64-bit)' "$A64RUN" ./ilp32
patch_bytes big 5 '\002'
refuses 'big endian' "$A64RUN" ./big
patch_bytes riscv 18 '\363\000'
refuses 'riscv risc-v' "$A64RUN" ./riscv
patch_bytes unknown 18 '\321\007'
refuses 'unknown 2001' "$A64RUN" ./unknown
patch_bytes core 16 '\004\000'
refuses 'core' "$A64RUN" ./core
patch_bytes version 6 '\007'
refuses 'version' "$A64RUN" ./version
echo 'int main(void) { return 0; }' >object.c
"$CC" -c object.c || fail 'cannot compile'
chmod +x object.o
refuses 'object.o (object|link)' "$A64RUN" ./object.o
