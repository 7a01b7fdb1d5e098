#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad programs, options and paths through a64run itself: one line on standard error that says what is wrong, the
# documented exit status, nothing on standard output, no crash. bad_input.sh A64RUN SEEDS
emulator=$1
seeds=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
count=0

# expect STATUS TEXT COMMAND...: a64run's one line contains TEXT.
expect() {
    status=$1 text=$2
    shift 2
    count=$((count + 1))
    "$@" >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    lines=$(wc -l <"$dir/err")
    if [ "$got" -ne "$status" ] || [ "$lines" -ne 1 ] || [ -s "$dir/out" ] ||
        ! grep -qF -e "$text" "$dir/err" || ! grep -q '^a64run: ' "$dir/err"; then
        echo "FAIL: $*: expected status $status and '$text', got $got and:"
        cat "$dir/out" "$dir/err"
        failed=$((failed + 1))
    fi
}

run() {
    status=$1 text=$2
    shift 2
    expect "$status" "$text" "$emulator" "$@"
}

# Files.
while read -r name text; do
    run 126 "$seeds/$name: $text" "$seeds/$name"
done <<'LIST'
empty is empty
text is not an ELF program
magic_only is truncated
half_segment is truncated
phnum_huge has 65535 program headers
memsz_huge does not fit the address space
overlap has an invalid program header
x86_64 is an x86-64 program
arm is a 32-bit Arm program
script is a script for '/bin/sh'
object is an object file
core is a core dump
shared_library is a shared library
LIST
run 127 "No such file or directory" "$dir/missing"
run 127 "Not a directory" "$seeds/same/program"
run 126 "is a directory" "$dir"
run 126 "is not a regular file" /dev/null
run 127 "needs the interpreter /lib/ld.so, which was not found; looked for: " "$seeds/interp"
run 127 "looked for: $dir/nowhere/lib/ld.so ($dir/nowhere is not a folder), /lib/ld.so" -L "$dir/nowhere" "$seeds/interp"
mkdir -p "$dir/root/lib"
cp "$seeds/x86_64" "$dir/root/lib/ld.so"
run 126 "cannot use its interpreter: $dir/root/lib/ld.so is an x86-64 program" -L "$dir/root" "$seeds/interp"
cp "$seeds/same" "$dir/plain"
chmod 644 "$dir/plain"
run 126 "it is not executable" "$dir/plain"
if [ "$(id -u)" -ne 0 ]; then
    cp "$seeds/same" "$dir/secret"
    chmod 0 "$dir/secret"
    run 126 "Permission denied" "$dir/secret"
fi

# Options.
run 1 "unknown option -nonsense" -nonsense "$seeds/same"
run 1 "unknown option --dumb=ir" --dumb=ir "$seeds/same"
run 1 "no program given"
run 1 "the program's name is empty" ""
run 1 "option -L needs a value" -L
run 1 "-s 0: give a stack size" -s 0 "$seeds/same"
run 1 "-s 8Q: give a stack size" -s 8Q "$seeds/same"
run 1 "-s 99999999999999999999: give a stack size" -s 99999999999999999999 "$seeds/same"
run 1 "-cpu z80: unknown processor" -cpu z80 "$seeds/same"
run 1 "-d nothing: unknown log item 'nothing'" -d nothing "$seeds/same"
run 1 "-D $dir/no/file: No such file" -D "$dir/no/file" "$seeds/same"
run 1 "-E novalue: 'novalue' is not NAME=VALUE" -E novalue "$seeds/same"
run 1 "-U a=b: 'a=b' is not the name" -U a=b "$seeds/same"
run 1 "--dump=asm: unknown" --dump=asm "$seeds/same"
expect 1 "A64RUN_STACK_SIZE x: give a stack size" env A64RUN_STACK_SIZE=x "$emulator" "$seeds/same"
expect 1 "QEMU_CPU z80: unknown processor" env QEMU_CPU=z80 "$emulator" "$seeds/same"

# And the good one.
output=$("$emulator" "$seeds/same" 2>&1)
if [ "$output" != ok ]; then
    echo "FAIL: a valid program printed '$output'"
    failed=$((failed + 1))
fi

echo "$count cases, $failed failed"
[ "$failed" -eq 0 ]
