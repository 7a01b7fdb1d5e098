# program: hello
# status: 3
@CONNECT@
break add if b == 3
continue
#= Breakpoint 1, add \(a=3, b=3\)
monitor stats
#= conditions evaluated 4
monitor help
#= monitor flush
monitor flush
#= thrown away
monitor check on
#= code is compared with
monitor check off
#= code is not compared
monitor nonsense
#= no such command
delete
continue
#= exited with code 03
