# program: signals
# status: 140
@CONNECT@
handle SIGUSR1 stop print pass
continue
#= received signal SIGUSR1
print $_siginfo.si_signo
#= = 10
print $_siginfo._sifields._kill.si_pid > 0
#= = 1
print handled
#= = 0
break on_usr1
continue
#= Breakpoint 1, on_usr1 \(sig=10\)
backtrace
#= #0  on_usr1
#= #1  <signal handler called>
finish
#= signal handler called
delete
continue
#= received signal SIGUSR1
print handled
#= = 10
signal 0
#= received signal SIGSEGV
print handled
#= = 10
print/x $_siginfo._sifields._sigfault.si_addr
#= = 0x10
backtrace
#= #0 .* fault
print value + 1
#= = 1
handle SIGUSR1 nostop noprint pass
continue
#= received signal SIGUSR2
print value
#= = 7
continue
#= terminated with signal SIGUSR2
#= program: handled 10 value 7
