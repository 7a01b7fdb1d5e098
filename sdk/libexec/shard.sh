#: shard --help :: a part of the tests, balanced by cost
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: divides the tests of a build tree among workers. Every worker makes the same plan from the same
# tree, so that none has to be handed out. archive.sh reads this file, too.

command_usage()
{
    cat <<'END'
usage: a64kit shard plan TREE -n N [CTEST-OPTION...]
       a64kit shard run TREE --shard=K/N|auto [--junit=FILE] [CTEST-OPTION...]
       a64kit shard env

  plan  print which of N workers runs which test: "shard number seconds name". Times are those that ctest noted in
        TREE before; tests with a common fixture or lock, and those that must run alone, stay together. CTEST-OPTIONs that
        choose tests (-L, -R, -E, -LE) are followed.
  run   run the tests of worker K (from 1). 'auto' takes K and N from the variables of GitLab, Slurm, Kubernetes
        (Indexed Job), GitHub (SHARD and SHARDS) or Bazel.
  env   print K/N as 'auto' finds them
a64kit junit merge puts the results together and notices lost ones; a64kit archive carries tests to other machines.
END
}

command_main()
{
    act 'plan run env' "$@"
}

# K and N of the engine around us: name of its variables, and what it counts from.
shard_env()
{
    local row k n base
    for row in SHARD:SHARDS:1 CI_NODE_INDEX:CI_NODE_TOTAL:1 SLURM_ARRAY_TASK_ID:SLURM_ARRAY_TASK_COUNT:${SLURM_ARRAY_TASK_MIN:-1} \
        JOB_COMPLETION_INDEX:JOB_COMPLETIONS:0 TEST_SHARD_INDEX:TEST_TOTAL_SHARDS:0; do
        IFS=: read -r k n base <<<"$row"
        if [[ ${!k-} =~ ^[0-9]+$ && ${!n-} =~ ^[0-9]+$ ]]; then
            echo "$((10#${!k} - base + 1))/${!n}"
            return
        fi
    done
    die "shard: no variables of an engine: set SHARD (from 1) and SHARDS, or give --shard=K/N"
}

check_tree()
{
    [[ -n ${1-} ]] || refuse "name the build tree"
    [[ -e $1/CTestTestfile.cmake ]] || die "$command: $1 is no build tree with tests: there is no CTestTestfile.cmake"
    type -P ctest >/dev/null || die "$command: there is no ctest in PATH: sudo apt-get install cmake"
}

shard_plan()
{
    local tree=${1-} n=''
    check_tree "$tree"
    shift
    if [[ ${1-} == -n ]]; then
        n=${2-}
        shift 2 || true
    fi
    [[ $n =~ ^[1-9][0-9]*$ ]] || refuse "plan needs -n and the number of workers"
    keep_costs "$tree"
    plan "$tree" "$n" "$@"
}

# ctest notes new times with every run: what one worker ran in this tree must not change the plan of the next. The times
# are those of the last `shard plan`, or of the first run without one.
keep_costs()
{
    local from=$1/Testing/Temporary/CTestCostData.txt
    [[ -r $from ]] || from=/dev/null
    mkdir -p "$1/Testing" && cat "$from" >"$1/Testing/shard-costs" || die "$command: cannot write to $1/Testing"
}

# plan TREE N CTEST-OPTION...
plan()
{
    local tree=$1 n=$2 costs=$1/Testing/shard-costs list
    shift 2
    [[ -e $costs ]] || keep_costs "$tree"
    progress "asking for the tests of $tree"
    list=$(ctest --test-dir "$tree" -N "$@" 2>&1) || die "$command: ctest: ${list##*$'\n'}"
    list=$(sed -nE 's/^ *Test +#([0-9]+): (.*)$/\1 \2/p' <<<"$list")
    [[ -n $list ]] || die "$command: ctest finds no test in $tree"
    awk -v shards="$n" -f "$sdk/libexec/lib/plan.awk" kind=costs "$costs" \
        kind=json <(ctest --test-dir "$tree" --show-only=json-v1 | awk -f "$sdk/libexec/lib/json.awk") \
        kind=run <(printf '%s\n' "$list")
    progress
}

# Sets $k and $n from K/N or auto.
settle_shard()
{
    [[ $1 != auto ]] || set -- "$(shard_env)" || exit
    [[ $1 =~ ^([0-9]+)/([1-9][0-9]*)$ ]] || refuse "--shard=$1 is not K/N, for example 2/4, or auto"
    k=$((10#${BASH_REMATCH[1]})) n=${BASH_REMATCH[2]}
    ((k >= 1 && k <= n)) || refuse "--shard=$1: the workers are 1 to $n"
}

shard_run()
{
    local tree=${1-} shard junit rest k n
    check_tree "$tree"
    shift
    shard_options "$@"
    [[ -n $shard ]] || refuse "run needs --shard=K/N"
    settle_shard "$shard"
    run_shard "$tree" "$k" "$n" "$junit" "${rest[@]}"
}

# shard_options [--shard=K/N|auto] [--junit=FILE] CTEST-OPTION...: sets $shard, $junit and $rest.
shard_options()
{
    shard='' junit='' rest=()
    local word
    for word; do
        case $word in
        --shard=?*) shard=${word#*=} ;;
        --junit=?*) junit=${word#*=} ;;
        *) rest+=("$word") ;;
        esac
    done
}

# run_shard TREE K N JUNIT-FILE-OR-EMPTY CTEST-OPTION...: the exit status is that of ctest.
run_shard()
{
    local tree=$1 k=$2 n=$3 junit=$4 all numbers
    shift 4
    all=$(plan "$tree" "$n" "$@") || exit
    numbers=$(awk -v k="$k" '$1 == k { printf ",%s", $2 }' <<<"$all")
    [[ $junit == /* || -z $junit ]] || junit=$PWD/$junit
    if [[ -z $numbers ]]; then
        say "shard $k of $n has no tests"
        [[ -z $junit ]] || printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="(empty)" tests="0" failures="0" disabled="0" skipped="0" hostname="%s" time="0">\n</testsuite>\n' "$(uname -n)" >"$junit"
        return 0
    fi
    say "shard $k of $n: $(tr -cd , <<<"$numbers" | wc -c) of $(wc -l <<<"$all") tests"
    # The numbers are those of all tests: options that choose some would count anew.
    ctest --test-dir "$tree" -I "0,0,0$numbers" --output-on-failure ${junit:+--output-junit "$junit"} -j "${CTEST_PARALLEL_LEVEL:-$(getconf _NPROCESSORS_ONLN)}"
}
