#: junit --help :: merge results of shards, notice lost ones
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: JUnit files as ctest --output-junit writes them.

command_usage()
{
    cat <<'END'
usage: a64kit junit merge [--output=FILE] [--tests=FILE] [--costs=FILE] FILE...

Puts the results of several runs into one file and prints a summary. Exit status 1 if a test failed, or has no
result or more than one.
  --output  the merged file: one <testsuite> a run, with its host
  --tests   the names of the tests that there must be, one a line, or what 'shard plan' printed
  --costs   the times, as ctest keeps them: Testing/Temporary/CTestCostData.txt of the next run
END
}

command_main()
{
    [[ ${1-} == merge ]] || refuse "'${1-}' is not merge"
    shift
    local output='' tests='' costs='' files=() word
    for word; do
        case $word in
        --output=?*) output=${word#*=} ;;
        --tests=?*) tests=${word#*=} ;;
        --costs=?*) costs=${word#*=} ;;
        -*) refuse "'$word' is not --output=, --tests= or --costs=" ;;
        *) files+=("$word") ;;
        esac
    done
    ((${#files[@]})) || refuse "name the files"
    for word in "${files[@]}" ${tests:+"$tests"}; do
        [[ -r $word ]] || die "junit: there is no $word"
    done
    for word in "${files[@]}"; do
        grep -q '</testsuite>' "$word" || die "junit: $word is no JUnit file, or not whole: was its run broken off?"
    done
    if [[ -n $output ]]; then
        {
            printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
            for word in "${files[@]}"; do
                # ctest separates attributes of <testsuite> by line ends.
                sed '/^<?xml/d' "$word"
            done
            printf '</testsuites>\n'
        } >"$output" || die "cannot write $output"
    fi
    awk -v tests="$tests" -v costs="$costs" -f "$sdk/libexec/lib/junit.awk" "${files[@]}"
}
