# program: signals
# status: any
# A signal that gdb does not want to see comes while it steps: it steps over the handler.
@CONNECT@
handle SIGUSR1 nostop noprint pass
handle SIGUSR2 SIGSEGV nostop noprint pass
break kill
continue
#= Breakpoint 1
delete
while *(unsigned *)$pc != 0xd4000001
stepi
end
set $call = $pc
stepi
print $pc - $call
#= = 4
print handled
#= = 0
stepi
print $pc - $call
#= = 8
print handled
#= = 10
break on_usr1
next
finish
continue
#= Breakpoint 2, on_usr1 \(sig=10\)
kill
