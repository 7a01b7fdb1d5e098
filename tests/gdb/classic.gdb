# program: hello
# target: port
# status: 3
@CONNECT@
#= in \?\? \(\)|in _start
break main
continue
#= Breakpoint 1, main
next
next
next
#= total = add
step
#= add \(a=0, b=0\)
backtrace
#= #0  add
#= #1  .* in main
info locals
#= sum = 
finish
#= Value returned is .* = 0
until
#= for
print add(2, 3)
#= = 5
print p
#= \{x = 3, y = 4\}
set variable p.x = 3 + total
print p.y * 2
#= = 8
print $sp == $x29 + 0 || $sp != 0
#= = 1
print $x0 + 0
#= = 
print/x $cpsr
#= = 0x
print $v0.d.f[0]
#= = 
print $fpcr
#= = 0
print $fpsr
#= = 
print/x $pauth_dmask
#= 0x7f000000000000
print $tag_ctl
#= =
print $tpidr != 0
#= = 1
print scale(3.0)
#= = 4.5
set variable $v8.q.u[0] = 77
print $v8.d.u[0]
#= = 77
info registers x29
#= x29 .*0x
break add if a > 3 && b != 0
continue
#= Breakpoint 2, add \(a=6, b=4\)
up
#= in main
down
tbreak scale
continue
#= Temporary breakpoint 3, scale \(d=10\)
info auxv
#= AT_ENTRY
stepi
#= 0x
x/i $pc
#= =>
disassemble
#= End of assembler dump
info threads
#= \* 1 .*main|\* 1 .*scale
delete
continue
#= exited with code 03
#= program: total 10 scaled 15.0 hello
