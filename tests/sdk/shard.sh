# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# a64kit shard and junit merge: for 1 to 7 workers every test runs once, in balance, with its fixture and alone where
# it must; the variables of engines; a lost and a doubled result are noticed.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
mkdir tree
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    printf 'add_test([=[t %s]=] "sh" "-c" "echo %s >>\\"%s/ran\\"")\n' $n $n "$SCRATCH"
done >tree/CTestTestfile.cmake
cat >>tree/CTestTestfile.cmake <<EOF
add_test(setup "sh" "-c" "echo setup >>\"$SCRATCH/ran\"")
add_test(user1 "true")
add_test(user2 "true")
add_test(alone1 "true")
add_test(alone2 "true")
add_test(disabled "true")
add_test("a<b&c \\"d\\"" "true")
set_tests_properties(setup PROPERTIES FIXTURES_SETUP "db")
set_tests_properties(user1 user2 PROPERTIES FIXTURES_REQUIRED "db" LABELS "one;two")
set_tests_properties(alone1 alone2 PROPERTIES RUN_SERIAL ON)
set_tests_properties("t 1" "t 2" PROPERTIES RESOURCE_LOCK "port")
set_tests_properties("t 3" PROPERTIES DEPENDS "t 4")
EOF
mkdir -p tree/Testing/Temporary
for n in 1 2 3 4 5 6 7 8 9 10 11; do
    echo "t $n 3 $n.5"
done >tree/Testing/Temporary/CTestCostData.txt
printf 'setup 1 2\n---\n' >>tree/Testing/Temporary/CTestCostData.txt
for workers in 1 2 3 4 5 6 7; do
    "$kit" shard plan tree -n $workers >plan
    "$kit" shard plan tree -n $workers | cmp -s - plan || fail "another plan the second time"
    [ "$(cut -d' ' -f2 plan | sort -n | uniq | wc -l)" = 19 ] && [ "$(wc -l <plan)" = 19 ] || fail "$(cat plan)"
    together()
    {
        [ "$(grep -E " ($1)\$" plan | cut -d' ' -f1 | sort -u | wc -l)" = 1 ] || fail "$1 apart: $(cat plan)"
    }
    together 'setup|user1|user2'
    together 'alone1|alone2'
    together 't 1|t 2'
    together 't 3|t 4'
    # No worker has more than the mean and the longest group.
    awk -v n=$workers '{ load[$1] += $3; sum += $3 } END { for (s in load) if (load[s] > sum / n + 20) exit 1 }' plan || fail "out of balance: $(cat plan)"
    : >ran
    k=1
    while [ $k -le $workers ]; do
        "$kit" shard run tree --shard=$k/$workers --junit=$k.xml >log 2>&1 || fail "$(cat log)"
        k=$((k + 1))
    done
    [ "$(grep -cE '^[0-9]+$' ran)" = 12 ] && [ "$(grep -E '^[0-9]+$' ran | sort -u | wc -l)" = 12 ] || fail "$workers: ran $(cat ran)"
    [ "$(grep -c setup ran)" = 1 ] || fail "the fixture was set up more than once"
    set --
    k=1
    while [ $k -le $workers ]; do
        set -- "$@" $k.xml
        k=$((k + 1))
    done
    expect "19 tests, 0 failed, 0 skipped, 0 disabled; 0 of 19 lost" "$kit" junit merge --tests=plan --output=all.xml "$@"
done
[ "$(grep -c '<testsuite$\|<testsuite ' all.xml)" = 7 ] && [ "$(grep -c '<testcase ' all.xml)" = 19 ] || fail "all.xml"
if command -v python3 >/dev/null && python3 -c 'import xml.dom.minidom' 2>/dev/null; then
    python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' all.xml || fail "all.xml is no XML"
fi

# Lost, doubled, failed, broken off.
expect_error '^lost: ' "$kit" junit merge --tests=plan 1.xml 2.xml 3.xml 4.xml 5.xml 6.xml
expect_match '; [1-9][0-9]* of 19 lost$' cat error.log
expect_error '^more than once: ' "$kit" junit merge 1.xml 1.xml
head -n 5 1.xml >half.xml
expect_one_line 'half.xml is no JUnit file, or not whole' "$kit" junit merge half.xml
echo 'add_test(bad "false")' >>tree/CTestTestfile.cmake
expect_error '' "$kit" shard run tree --shard=1/1 --junit=bad.xml
expect_error '^failed: bad' "$kit" junit merge --costs=costs bad.xml
grep -qE '^t 12 1 [0-9.]+$' costs || fail "$(cat costs)"
# Choosing tests, as ctest does.
expect 2 sh -c '"$1" shard plan tree -n 2 -R "t 1[12]" | wc -l' sh "$kit"
expect_match '^[12] [0-9]+ ' "$kit" shard plan tree -n 2 -L one

# Thousands of tests are planned in seconds.
mkdir many
awk 'BEGIN { for (n = 1; n <= 4000; n++) printf "add_test(\"m %d\" \"true\")\nset_tests_properties(\"m %d\" PROPERTIES LABELS \"a;b;c\")\n", n, n }' >many/CTestTestfile.cmake
timeout 60 "$kit" shard plan many -n 8 >plan || fail "the plan takes long"
[ "$(wc -l <plan)" = 4000 ] && [ "$(cut -d' ' -f1 plan | sort | uniq -c | awk '$1 == 500' | wc -l)" = 8 ] || fail "4000 tests"

# The engines: what they count from.
expect 2/4 env CI_NODE_INDEX=2 CI_NODE_TOTAL=4 "$kit" shard env
expect 3/4 env SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 "$kit" shard env
expect 3/4 env SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 "$kit" shard env
expect 1/4 env JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=4 "$kit" shard env
expect 4/4 env TEST_SHARD_INDEX=3 TEST_TOTAL_SHARDS=4 "$kit" shard env
expect 1/2 env SHARD=1 SHARDS=2 "$kit" shard env
expect_one_line 'no variables of an engine' "$kit" shard env
expect_one_line "shard=5/4: the workers are 1 to 4" "$kit" shard run tree --shard=5/4
expect_one_line "shard=x is not K/N" "$kit" shard run tree --shard=x
expect_one_line 'there is no CTestTestfile.cmake' "$kit" shard plan . -n 2
expect_one_line 'plan needs -n' "$kit" shard plan tree
