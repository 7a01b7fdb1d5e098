# program: memory
@CONNECT@
break touch
continue
#= Breakpoint 1, touch
print $_siginfo.si_signo == 5 && $_siginfo.si_code == 1 && $_siginfo._sifields._sigfault.si_addr == $pc
#= = 1
stepi
print $_siginfo.si_code
#= = 2
watch watched
continue
#= Hardware watchpoint 2: watched
#= Old value = 0
#= New value = 5
print $_siginfo.si_signo == 5 && $_siginfo.si_code == 4 && $_siginfo._sifields._sigfault.si_addr == &watched
#= = 1
stepi
print $_siginfo.si_code
#= = 2
continue
#= Old value = 5
#= New value = 7
delete 2
break copy
continue
#= Breakpoint 3, copy
rwatch watched
awatch block.middle
continue
#= Hardware access \(read/write\) watchpoint 5: block.middle
continue
#= watchpoint 5: block.middle
continue
#= watchpoint 5: block.middle
#= New value = 3544395820347831604
continue
#= Hardware read watchpoint 4: watched
#= Value = 7
delete
break main
continue
#= exited normally
#= program: 7 5 from the kernel 4
