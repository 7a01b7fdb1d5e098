# program: ends
# options: --inject=exit_group:delay_enter=3s
# target: extended
# status: 7
# More threads end the process when gdb has been told of its end: it stays for gdb, and has ended as gdb was told.
@CONNECT@
tbreak work
continue
#= hit Temporary breakpoint
shell sleep 4
continue
#= exited with code 07
shell sleep 4
info threads
#= No threads
