# program: waiting
# target: extended
# The same in non-stop mode, where gdb stops the threads itself.
set non-stop on
@CONNECT@
python
pid = gdb.selected_inferior().pid
gdb.execute("detach")
gdb.execute("attach %d" % pid)
end
#= detached
info threads
#= Thread .*waiting
print go_on = 1
#= = 1
detach
#= detached
