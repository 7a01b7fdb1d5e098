# program: hello
# status: 3
# A second visit after a detach, to a program that waits for it, and a client that goes without a word.
@CONNECT@
break main
continue
#= Breakpoint 1, main
disconnect
#= gdb ended with 0
#= program: total 10
