# SPDX-License-Identifier: MIT
# source: fmtlib googletest
# by hand: twice as much to compile as for fmt
more='compile compile-fp enforce-checks printf ranges scan std unicode xchar'
# shellcheck source=/dev/null
. "$here/projects/fmt.sh"
