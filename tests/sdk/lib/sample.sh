# SPDX-License-Identifier: MIT
# A sample by its README: every command in it works and prints what is shown. $SAMPLE is its folder; what it needs
# beyond the compiler stands in a line "Needs: `program`, ..." of the README.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

readme=$SAMPLE/README.md
for program in $(sed -n 's/^Needs: //p' "$readme" | tr -d '`,'); do
    if [ "$program" = cargo ]; then
        . "$SOURCE_DIR/tests/sdk/lib/rust.sh"
        use_rust
    fi
    need "$program" "$program"
done
plain_folder # autotools and pkg-config do not cope with blanks
copy_kit "$PLAIN/kit" mini
mkdir "$PLAIN/bin"
ln -s "$A64RUN" "$PLAIN/bin/a64run"
export PATH="$PLAIN/bin:$PLAIN/kit/sdk/bin:$PATH"
# Packages are kept from run to run.
export A64KIT_SYSROOTS="$PLAIN/sysroots" A64KIT_BUILD="$PLAIN/made"
export XDG_CACHE_HOME="${A64KIT_TEST_CACHE:-$SOURCE_DIR/out/sysroot-cache}"
packages=$(sed -n 's/.*a64kit sysroot create [a-z0-9-]* //p' "$readme")
if [ -n "$packages" ]; then
    # shellcheck disable=SC2086
    "$PLAIN/kit/a64kit" sysroot create probe $packages >log 2>&1 || {
        grep -q 'cannot be had\|cannot be downloaded\|no mirror\|tools of Debian' log && skip "$(tail -n 1 log)"
        fail "$(cat log)"
    }
fi
cd "$PLAIN/kit/samples/${SAMPLE##*/}"
run_readme README.md
