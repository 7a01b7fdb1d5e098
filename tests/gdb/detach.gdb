# program: hello
# status: 3
@CONNECT@
break add
continue
#= Breakpoint 1, add
detach
#= detached
#= program: total 10
