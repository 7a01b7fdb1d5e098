# SPDX-License-Identifier: MIT
# A signal that comes while all threads are let go on is told and passed on: none is lost.
# program: told
@CONNECT@
break round_over
python
import gdb
while gdb.selected_inferior().pid:
    gdb.execute("continue", to_string=True)
end
print $_exitcode
#= ^\$1 = 0$
#= ^program: all handled
