# SPDX-License-Identifier: MIT
# source: openssl
# by hand: its library, commands and 200 programs of tests are as much to compile as all else together
# A slice of its `make test`, by the numbers with which its recipes begin: without 40, 70, 79 to 81 and 91 (mostly TLS between
# programs, and commands in great numbers), fuzzing and what needs other sources. A line for each recipe, with the number of all
# its tests; those that are skipped do not count. test_evp_libctx has some for each cipher that there is on the machine: x86-64 has
# four that AArch64 has not (AES-*-CBC-HMAC-*), so that they are not counted.
# The harness runs no recipes side by side while it shows their lines: these halves take about as long as each other.
halves='15,25,30 01,02,03,04,05,06,10,20,60,61,65,66,71,90'
suite() {
    needs perl perl
    [ "$machine" = arm64 ] && target=linux-aarch64 || target=linux-x86_64
    # Not by --cross-compile-prefix: recipes that ask for it would be skipped.
    logged perl "$source/Configure" "$target" CC="${cross}gcc" AR="${cross}ar" RANLIB="${cross}ranlib" CFLAGS=-O1
    logged make -j"$JOBS" build_sw
    for half in $halves; do
        emulated make run_tests TESTS="$(echo "$half" | tr , ' ')" HARNESS_VERBOSE=1 >"tap.$half" 2>&1 &
    done
    wait
    cat tap.* >tap
    # Of "02-test_stack.t ...", lines of its tests at any depth, and "ok" or not.
    awk 'function done() { if (name) print (good ? "passed " : "failed ") name ":" n; name = "" }
         match($0, /^[0-9]+-test_[^ ]*\.t \.+/) { done(); good = n = 0; name = $1; sub(/\.t$/, "", name); if (/skipped: /) name = "" }
         /^skipped: / { name = "" }
         /^ *ok [0-9]/ && !/# skip/ { n++ }
         $0 == "ok" { good = 1 }
         /^(Test Summary Report|All tests successful)/ { done() }
         END { if (name) print "failed " name ": the harness broke off" }' tap | sed 's/\(test_evp_libctx\):.*/\1/'
}
