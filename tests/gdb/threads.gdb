# program: threads
@CONNECT@
break all_work
continue
#= Breakpoint 1, all_work
info threads
#= Thread
thread apply all backtrace 1
#= Thread 4
#= Thread 1
thread 3
#= Switching to thread 3
frame function work
print me
#= = [012]
set $who = me
break at_work thread 3
continue
#= hit Breakpoint 2, at_work \(me=[012]\)
next
#= }
set scheduler-locking on
next
step
print me == $who
#= = 1
set scheduler-locking off
delete
thread 1
continue
#= exited normally
#= program: started 3
