# SPDX-License-Identifier: MIT
# labels: quick
# Only dynamically linked programs get a dynamic linker and an rpath, in both modes.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
for mode in target sysroot; do
    A64CC_INTERP=$mode
    export A64CC_INTERP
    for flag in -static -static-pie -shared -c -r; do
        a64cc $flag -fPIC -o out hello.c 2>warnings || fail "$(cat warnings)"
        [ ! -s warnings ] || fail "$mode $flag warns: $(cat warnings)"
        expect "" interpreter out
        case $flag in
        -static | -static-pie)
            expect "hello from C" "$A64RUN" ./out
            expect_no_match RPATH readelf -d out
            ;;
        -c | -r) expect_no_match RPATH readelf -d out ;;
        esac
    done
    expect_match 'puts' a64cc -E hello.c
done
# An explicit dynamic linker is the caller's to choose.
a64cc --interp=sysroot -Wl,-dynamic-linker=/own/ld.so -o own hello.c
expect /own/ld.so interpreter own
