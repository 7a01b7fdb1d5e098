# SPDX-License-Identifier: MIT
# Header fields at their extremes: refused, without taking the memory they ask for.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
put() { # file offset bytes
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
fresh() {
    cp "$TOOL" huge
}
max='\377\377\377\377\377\377\377\177'
all='\377\377\377\377\377\377\377\377'
fresh; put huge 56 '\377\377'                    # e_phnum
refuses 'huge' "$A64RUN" ./huge
fresh; put huge 56 '\000\000'
refuses 'huge' "$A64RUN" ./huge
fresh; put huge 54 '\377\377'                    # e_phentsize
refuses 'huge' "$A64RUN" ./huge
fresh; put huge 54 '\001\000'
refuses 'huge' "$A64RUN" ./huge
for value in "$max" "$all"; do
    fresh; put huge 32 "$value"                  # e_phoff
    refuses 'huge' "$A64RUN" ./huge
    # The first program header of a static program is its first PT_LOAD: offset, vaddr, filesz, memsz.
    fresh; put huge 72 "$value"
    refuses 'huge' "$A64RUN" ./huge
    fresh; put huge 80 "$value"
    refuses 'huge' "$A64RUN" ./huge
    fresh; put huge 96 "$value"
    refuses 'huge' "$A64RUN" ./huge
    fresh; put huge 104 "$value"
    refuses 'huge' "$A64RUN" ./huge
done
fresh; put huge 104 '\000\000\000\000\000\100\000\000' # 64 TB of memory
refuses 'huge' "$A64RUN" ./huge
fresh; put huge 104 '\001\000\000\000\000\000\000\000' # smaller in memory than in the file
refuses 'huge' "$A64RUN" ./huge
# An entry point that no segment holds: the program faults at its first instruction, as on the board.
fresh; put huge 24 '\000\000\000\000\000\100\000\000'
run "$A64RUN" ./huge
ends_with 'signal 11'
quiet
