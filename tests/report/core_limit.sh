# SPDX-License-Identifier: MIT
# Core files by the guest's RLIMIT_CORE, named as the host names them, not longer than allowed; those of the emulator
# itself are left by nobody.
. "$SOURCE_DIR/lib/common.sh"
crash=$GUEST/crash.static
# limited blocks mode: runs it in a folder of its own with this limit.
limited() {
    rm -rf folder
    mkdir folder
    run sh -c 'ulimit -S -c "$1" && cd folder && exec "$2" "$3" "$4"' sh "$1" "$A64RUN" "$crash" "$2"
    files=$(ls folder)
}
limited 0 null
ends_with 'signal 11'
[ -z "$files" ] || fail "a core file without being asked: $files"
pattern=$(cat /proc/sys/kernel/core_pattern)
case $pattern in
core | core.%p) ;;
'|'*) ;;
*) skip "the host puts core files elsewhere: $pattern" ;;
esac
for mode in null abort undefined trap sysraise handler exception; do
    limited unlimited $mode
    case $mode in
    null | handler) ends_with 'signal 11' ;;
    abort | exception) ends_with 'signal 6' ;;
    undefined) ends_with 'signal 4' ;;
    trap) ends_with 'signal 5' ;;
    sysraise) ends_with 'signal 31' ;;
    esac
    case $files in
    core | core.[0-9]*) ;;
    *) fail "$mode: core file missing or with another name: '$files'" ;;
    esac
    file=$(readelf -h "folder/$files")
    case $file in *AArch64*) ;; *) fail "$mode: not a core file of an AArch64 program" ;; esac
done
# The child's too; and of what the program executes.
limited unlimited fork
ends_with 'exit 11'
[ -n "$files" ] || fail 'none of a child'
limited unlimited exec
ends_with 'signal 11'
[ -n "$files" ] || fail 'none of a program that was executed'
# A limit cuts it off (blocks of 512 or 1024 bytes).
limited 64 null
ends_with 'signal 11'
size=$(wc -c <folder/"$files")
[ "$size" -gt 0 ] && [ "$size" -le 65536 ] || fail "limit of 64 blocks, size $size"
# --core without a file does not ask for the limit; with one that cannot be written there is a line.
mkdir none
run sh -c 'cd none && exec "$1" --core "$2" null' sh "$A64RUN" "$crash"
ends_with 'signal 11'
quiet
[ -n "$(ls none)" ] || fail 'none by --core'
run "$A64RUN" --core=none/missing/core "$crash" null
ends_with 'signal 11'
[ "$(wc -l <err)" = 1 ] || fail 'not one line'
has '^a64run: --core: .*none/missing/core: No such file' err
