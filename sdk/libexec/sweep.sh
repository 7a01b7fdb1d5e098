#: sweep PROG... :: fail each system call once: what crashes or hangs?
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: a program is run once for each system call it makes, and in run k the k-th call fails (a64run's
# --inject with run=). Programs that it starts count with it.

command_usage()
{
    cat <<'END'
usage: a64kit sweep [OPTION...] [--] PROG [ARG...]
       a64kit sweep [OPTION...] -- A64RUN-OPTION... PROG [ARG...]

Runs an AArch64 program once, to count its system calls, and then once for each of them: in run K the K-th call fails, with an
error that this call may well give one day (a file that is missing, memory or a disk that is full, a signal that comes). An exit
status other than 0 is as good as success: what is looked for are runs that crash (any process of them) or hang. Each is shown
with the call that failed, and the end of the report of the crash. Exit status 1 if there is one, else 0.

  --calls=SET      only these: names and classes, as a64run's --inject takes them (file,write or %net or !mmap)
  --error=ERRNO    what they fail with, in place of the likely error of each
  --seconds=N      a run that takes longer hangs (10)
  --runs=K[-L]     only these runs: K again, for example
  --strict         a run with exit status 0 and another output than without a fault counts as wrong, too
  --keep=FOLDER    keep there what runs that crashed, hung or were wrong have printed, and their reports: K.out, K.err, K.report
  --junit=FILE     results for CI, a test case for each run
  -j N             so many runs side by side (1)
The program's standard input is the same in every run; output is not shown. `a64run --inject=RULE PROG` does one run by hand.
END
}

command_main()
{
    local calls=all error=likely seconds=10 runs='' strict='' keep='' junit='' jobs=1
    sweep_options "$@"
    shift "$taken"
    (($#)) || refuse "name a program"
    type -P timeout >/dev/null || die "sweep: there is no timeout: sudo apt-get install coreutils"
    ready_emulator
    local work total
    work=$(mktemp -d) || exit
    # shellcheck disable=SC2064
    trap "rm -rf -- '$work'" EXIT
    [[ $work != *[:\ ]* ]] || die "sweep: TMPDIR has a blank or a colon in its name: $work"
    : >"$work/stdin"
    [[ -t 0 ]] || cat >"$work/stdin"
    progress 'running it once, with no fault'
    sweep_count "$@"
    progress
    sweep_range
    sweep_all "$@"
    sweep_report
}

# Sets the options of command_main, and $taken.
sweep_options()
{
    local all=$#
    while (($#)); do
        case $1 in
        --calls=?*) calls=${1#*=} ;;
        --error=?*) error=${1#*=} ;;
        --seconds=?*) seconds=${1#*=} ;;
        --runs=?*) runs=${1#*=} ;;
        --strict) strict=1 ;;
        --keep=?*) keep=${1#*=} ;;
        --junit=?*) junit=${1#*=} ;;
        -j)
            jobs=${2-}
            shift
            ;;
        -j?*) jobs=${1#-j} ;;
        --)
            shift
            break
            ;;
        -*) refuse "'$1' is no option of it; options of a64run go behind --" ;;
        *) break ;;
        esac
        shift
    done
    taken=$((all - $#))
    [[ $seconds =~ ^[1-9][0-9]*$ ]] || refuse "--seconds=$seconds is no number of seconds"
    [[ $jobs =~ ^[1-9][0-9]*$ ]] || refuse "-j $jobs is no number of runs"
    [[ -z $runs || $runs =~ ^[1-9][0-9]*(-[1-9][0-9]*)?$ ]] || refuse "--runs=$runs is not K or K-L"
    [[ $calls != *[:\ ]* && $error != *[:\ ]* ]] || refuse "calls are separated by commas, and one error is given: --calls=file,write --error=EIO"
    [[ -z $keep ]] || mkdir -p -- "$keep" || die "sweep: cannot make $keep"
}

# sweep_run K WHEN PROG...: leaves K.out, K.err, K.report, K.run and K.status. Of what it prints the first megabyte is kept.
sweep_run()
{
    local to=$work/$1 when=$2 status=0
    shift 2
    : >"$to.run"
    {
        timeout -k 2 "$seconds" "$emulator" --inject="$calls:$error:when=$when:run=$to.run" --report=always --report-file="$to.report" \
            --report-format=text --hang-report=on "$@" <"$work/stdin" 2> >(sweep_keep "$to.err") | sweep_keep "$to.out" ||
            status=$?
    } 2>/dev/null # the shell's own messages of signals
    echo "$status" >"$to.status"
}

sweep_keep()
{
    head -c 1000000 >"$1"
    cat >/dev/null
}

# sweep_number FILE OFFSET: of the file in which a64run counts (emulator/linux/inject.c)
sweep_number()
{
    [[ -s $1 ]] || { echo 0; return; }
    od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# The run in which nothing fails: sets $total.
sweep_count()
{
    sweep_run 0 never "$@"
    local status
    status=$(<"$work/0.status")
    if [[ $status != 0 ]]; then
        tail -n 10 "$work/0.err" >&2
        die "sweep: the program fails before anything else does: exit status $status (or it takes more than --seconds=$seconds)"
    fi
    total=$(sweep_number "$work/0.run" 4)
    ((total > 0)) || die "sweep: the program makes none of the system calls (--calls=$calls) that fail so (--error=$error)"
    ((total <= 65535)) || { say "sweep: of $total calls the first 65535 are looked at"; total=65535; }
}

# Sets $first and $last.
sweep_range()
{
    first=${runs%-*} last=${runs#*-}
    first=${first:-1} last=${last:-$total}
    ((first <= last)) || refuse "--runs=$runs: the first is behind the last"
    ((first <= total)) || die "sweep: --runs=$runs: there are $total"
    ((last <= total)) || last=$total
}

sweep_all()
{
    local k busy=0
    for ((k = first; k <= last; k++)); do
        [[ ! -t 2 ]] || printf '\rsweep: %d of %d ' "$k" "$total" >&2
        if ((busy == jobs)); then
            wait -n || true
            busy=$((busy - 1))
        fi
        { sweep_run "$k" "$k" "$@" && sweep_judge "$k"; } &
        busy=$((busy + 1))
    done
    wait
    [[ ! -t 2 ]] || printf '\r' >&2
}

# sweep_judge K: leaves "kind what it means" in K.result. Files that nobody needs go away.
sweep_judge()
{
    local to=$work/$1 status result
    status=$(<"$to.status")
    case $status in
    124 | 137) result="hung longer than $seconds s" ;;
    132 | 134 | 135 | 136 | 139) result="crashed SIG$(kill -l "$status")" ;;
    *)
        if [[ -s $to.report ]]; then
            result="crashed in a program that it started; exit status $status"
        elif [[ $(sweep_number "$to.run" 8) == 0 ]]; then
            result="unreached fewer calls were made this time"
        elif [[ $status != 0 ]]; then
            result="failed exit status $status"
        elif cmp -s "$to.out" "$work/0.out"; then
            result="unchanged exit status 0"
        else
            result="wrong exit status 0, but another output"
        fi
        ;;
    esac
    echo "$result" >"$to.result"
    case $result in
    hung* | crashed* | wrong*) ;;
    *) rm -f -- "$to.out" "$to.err" "$to.report" ;;
    esac
}

# sweep_call K: the call that failed
sweep_call()
{
    tail -c +17 "$work/$1.run" | tr -d '\0' | tr '\n' ' '
}

# Prints what was found; exits.
sweep_report()
{
    local k kind text bad=0
    declare -A n=([failed]=0 [unchanged]=0 [wrong]=0 [crashed]=0 [hung]=0 [unreached]=0)
    for ((k = first; k <= last; k++)); do
        read -r kind text <"$work/$k.result"
        n[$kind]=$((n[$kind] + 1))
        sweep_is_bad "$kind" || continue
        bad=$((bad + 1))
        echo "run $k: $(sweep_call "$k"): $kind: $text"
        [[ ! -e $work/$k.report ]] || sed -E '/^ *(registers|in folder):/,$d; s/^/    /' "$work/$k.report" | head -n 40
        [[ -z $keep ]] || cp -- "$work/$k".{out,err} "$keep"/
        [[ -z $keep || ! -e $work/$k.report ]] || cp -- "$work/$k.report" "$keep"/
    done
    [[ -z $junit ]] || sweep_junit >"$junit" || die "sweep: cannot write $junit"
    echo "$((last - first + 1)) runs of $total: ${n[crashed]} crashed, ${n[hung]} hung, ${n[failed]} failed with an exit status," \
        "${n[unchanged]} unchanged, ${n[wrong]} exit status 0 with another output${n[unreached]:+, ${n[unreached]} not reached}"
    exit $((bad > 0))
}

sweep_is_bad()
{
    case $1 in
    crashed | hung) ;;
    wrong) [[ -n $strict ]] ;;
    *) false ;;
    esac
}

sweep_junit()
{
    local k kind text call
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="sweep" tests="%d" failures="%d">\n' $((last - first + 1)) "$bad"
    for ((k = first; k <= last; k++)); do
        read -r kind text <"$work/$k.result"
        call=$(sweep_call "$k" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g')
        printf '  <testcase name="run %d" classname="sweep">' "$k"
        ! sweep_is_bad "$kind" || printf '<failure message="%s: %s">%s</failure>' "$kind" "$text" "$call"
        printf '</testcase>\n'
    done
    printf '</testsuite>\n'
}
