# program: memory
@CONNECT@
break main
continue
#= Breakpoint 1, main
next
#= for
watch local
continue
#= Hardware watchpoint 2: local
#= Old value = 1
#= New value = 2
continue
#= Old value = 2
#= New value = 4
continue
#= Watchpoint 2 deleted because the program has left the block
delete
continue
#= exited normally
