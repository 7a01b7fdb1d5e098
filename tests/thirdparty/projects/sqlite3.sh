# SPDX-License-Identifier: MIT
# source: sqlite3
# by hand: its files in Tcl are 221, and take half an hour on a busy machine
# sysroot: tcl8.6-dev
# Its benchmark, which prints a hash of all that its queries gave, and a slice of its tests in Tcl: a line for each file, with
# the number of its tests. Of "select": select.test and select1.test to select9.test. Not func4, which has other tests where
# a double that is too large becomes the greatest integer, and not the least as on x86-64; not sort's, select9 and two of
# savepoint's, which take minutes or start hundreds of programs; not those that root does not pass.
other='func4 sort2 sort3 sort4 select9 savepoint4 savepoint6 delete misc7 pager1 temptable'
slice='alter autoinc autoindex between blob btree cast check coalesce collate count date delete distinct enc exists expr fkey func
    fts3aa fts3ab hook in index insert intpkey io join json10 like limit lock main minmax misc null orderby pager pragma quote
    rollback rowid rowvalue savepoint schema select shared sort subquery table temptable thread trigger triggerA types union unique
    update upsert utf16 vacuum vtab'
suite() {
    needs tclsh tcl
    if [ "$machine" = arm64 ]; then
        # What Debian's tclConfig.sh names lies in the sysroot.
        sed "s,/usr/,$AARCH64_SYSROOT/usr/,g" "$AARCH64_SYSROOT/usr/lib/aarch64-linux-gnu/tcl8.6/tclConfig.sh" >tclConfig.sh
        set -- --host=aarch64-linux-gnu --with-tcl=. CC="$top/sdk/bin/a64cc"
    fi
    logged "$source/configure" --enable-all --disable-shared CFLAGS=-O1 BUILD_CC=gcc "$@"
    logged make -j"$JOBS" testfixture speedtest1
    for set in main cte fp rtree; do
        emulated ./speedtest1 --size 5 --verify --testset $set >speed 2>&1 || true
        sed -n "s/^Verification Hash: \([0-9]*\) \(.*\)/passed speedtest1_$set:\1:\2/p" speed
    done
    for tests in $slice; do
        (cd "$source/test" && ls "$tests".test "$tests"[0-9].test 2>/dev/null) || true
    done | grep -vxE "($(echo "$other" | tr ' ' '|'))\.test" >files
    # Each in a folder of its own, where it leaves files.
    cat >one <<'EOF'
mkdir "$1.d" && cd "$1.d" || exit
../testfixture "$SOURCE/test/$1" >../"$1.out" 2>&1
cd .. && rm -rf "$1.d"
sed -n "s/^0 errors out of \([0-9]*\) tests on .*/passed $1:\1/p; s/^\([1-9][0-9]*\) errors out of \([0-9]*\) tests on .*/failed $1:\1/p" "$1.out" | grep . ||
    echo "failed $1:without_end"
EOF
    SOURCE=$source emulated xargs -n 1 -P "$JOBS" sh one <files
}
