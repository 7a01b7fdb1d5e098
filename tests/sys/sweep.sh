# SPDX-License-Identifier: MIT
# Every row of linux/sys/*.c is called with bad pointers and with odd arguments, by a program for the guest and by the same
# one for the host: both say the same. What is left out and where they may differ is said in sweep/known.txt.
# A64_SWEEP is how often each row is called with odd arguments.
why='the rows are ours'
. "${0%/*}/lib/ours.sh"
mkdir guest host && chmod 777 guest host || exit 1
sweep=$TOP/tests/sys/sweep
awk -f "$sweep/rows.awk" "$TOP"/emulator/linux/sys/*.c >rows.h
[ "$(wc -l <rows.h)" -gt 280 ] || { echo "FAIL: the rows were not read"; exit 1; }
flags="-std=gnu11 -O1 -Wall -Wextra -I."
"$CC" $flags "$sweep/sweep.c" -o sweep.host && "$CROSS_CC" -static $flags "$sweep/sweep.c" -o sweep.guest || exit 1

grep -vE '^(#|$)' "$sweep/known.txt" >known
grep -vE '^(skip|differs) +[^ ]+ +: [^ ]' known && { echo 'FAIL: a line of known.txt without a reason'; exit 1; }
skipped=$(sed -n 's/^skip *\([^ ]*\) .*/\1/p' known)
sed -n 's/^differs *\([^ ]*\) .*/\1/p' known >differs
for name in $skipped $(cat differs); do
    grep -q "\"$name\"" rows.h || { echo "FAIL: known.txt has $name, which is no row"; exit 1; }
done
failed=0
compare() { # the program's arguments
    (cd host && ../sweep.host "$@" $skipped >../host.txt) &
    (cd guest && "$A64RUN" ../sweep.guest "$@" $skipped >../guest.txt) || { echo "FAIL: the guest's program ended with $?"; failed=1; }
    wait $! || { echo "FAIL: the host's program ended with $?"; failed=1; }
    diff host.txt guest.txt | sed -n 's/^< /host:  /p; s/^> /guest: /p' | sort -k2,2 -k3 >lines
    while read -r who name rest; do
        grep -qx "$name" differs || { echo "FAIL: $who $name $rest"; failed=1; }
    done <lines
    echo "$*: $(wc -l <guest.txt) calls, $(grep -c EFAULT guest.txt) times EFAULT, $(grep -c . lines) lines differ"
}
compare pointers 0
[ "$(grep -c EFAULT guest.txt)" -gt 500 ] || { echo "FAIL: few pointers were refused"; failed=1; }
compare odd "${A64_SWEEP:-3}"
exit $failed
