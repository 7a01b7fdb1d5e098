# SPDX-License-Identifier: MIT
# awk -v seed=N -f loops.awk: a C program of functions with random loops, of carries, comparisons and products above all, in registers
# that compiled code has in the host's and in others. It prints what each of them leaves behind, of registers, flags and memory.
function below(n) { return int(rand() * n) }
function one(list,   words, n) { n = split(list, words, " "); return words[1 + below(n)] }
function reg() { return one(pool) }
function put(line) { text = text line "\\n" }
function condition() { return one("eq ne cs cc mi pl vs vc hi ls ge lt gt le") }

function instruction(   w, a, b, d) {
    w = rand() < 0.15 ? "w" : "x"
    d = w reg(); a = w reg(); b = w reg()
    kind = below(16)
    if (kind == 0) put(one("adc sbc adcs sbcs") " " d "," a "," b)
    else if (kind == 1) put(one("adcs sbcs adc sbc") " " d "," d "," w "zr")
    else if (kind == 2) put(one("adds subs") " " d "," d "," b)
    else if (kind == 3) put(one("adds subs") " " d "," a "," b)
    else if (kind == 4) put(one("adds subs add sub") " " d "," a ",#" below(4096))
    else if (kind == 5) put(one("cmp cmn tst") " " a "," b)
    else if (kind == 6) put(one("ngc ngcs neg mvn") " " d "," a)
    else if (kind == 7) put("ccmp " a "," b ",#" below(16) "," condition())
    else if (kind == 8) put(one("csel csinc csinv csneg") " " d "," a "," b "," condition())
    else if (kind == 9) put("ldr x" reg() ",[x28,#" 8 * below(16) "]")
    else if (kind == 10) put("str x" reg() ",[x28,#" 8 * below(16) "]")
    else if (kind == 11) put("ror x" reg() ",x" reg() ",#" 1 + below(63))
    else if (kind == 12) put(one("eor and orr") " " d "," a "," b)
    else if (kind == 13) put("ldg x" reg() ",[x28]")
    else product()
}

# Both halves, with something in between now and then.
function product(   a, b) {
    a = "x" reg(); b = "x" reg()
    first = one("mul umulh")
    put(first " x" reg() "," a "," b)
    if (rand() < 0.4)
        instruction()
    put((first == "mul" ? "umulh" : "mul") " x" reg() "," (rand() < 0.5 ? a "," b : b "," a))
}

function instructions(n) { while (n-- > 0) instruction() }

function loop(depth,   label, counter) {
    label = ".Lloop" ++labels
    counter = depth ? "x16" : "x17"
    put("mov " counter ",#" 3 + below(11))
    put(label ":")
    if (rand() < 0.3)
        put("ldr x" reg() ",[x28,#8]")
    if (rand() < 0.6)
        put(one("adc sbc") " x" reg() ",x" reg() ",xzr")
    instructions(1 + below(6))
    if (depth && rand() < 0.6)
        loop(0)
    instructions(below(5))
    if (rand() < 0.7)
        put(one("adds subs") " " one("xzr x" reg() " x" reg()) ",x" reg() ",x" reg())
    if (rand() < 0.25) {
        put("tbnz x" reg() ",#" below(64) ",1f")
        instructions(2)
        put("1:")
    }
    put("sub " counter "," counter ",#1")
    put("cbnz " counter "," label)
}

BEGIN {
    srand(seed)
    functions = 40
    split("0 1 2 3 4 5|6 7 8 9 10 11 12 13 14|0 1 2 9 10 11 12", pools, "|")
    print "#include <stdio.h>\ntypedef unsigned long word;\nstatic word memory[16], registers[16];"
    for (f = 0; f < functions; f++) {
        text = ""
        pool = pools[1 + below(3)]
        loop(1)
        body = "stp x28,x30,[sp,#-16]!\\n mov x28,x1\\n mov x15,x0\\n msr nzcv,x2\\n"
        for (i = 0; i < 15; i++)
            body = body "ldr x" i ",[x15,#" 8 * i "]\\n"
        body = body text "mrs x16,nzcv\\n"
        for (i = 0; i < 15; i++)
            body = body "str x" i ",[x15,#" 8 * i "]\\n"
        printf "void f%d(word *, word *, word);\n__asm__(\".arch armv8.5-a+memtag\\n.pushsection .text\\n.p2align 2\\nf%d: %s" \
            "str x16,[x15,#120]\\nldp x28,x30,[sp],#16\\nret\\n.popsection\");\n", f, f, body
    }
    print "static word state = 88172645463325252;\nstatic word next(void)\n{\n    state ^= state << 13;\n    state ^= state >> 7;"
    print "    state ^= state << 17;\n    return (state & 7) == 0 ? -1ul : (state & 7) == 1 ? 0 : state;\n}"
    print "int main(void)\n{\n    static void (*const f[])(word *, word *, word) = {"
    for (f = 0; f < functions; f++)
        print "        f" f ","
    print "    };\n    for (unsigned i = 0; i < sizeof f / sizeof *f; i++)\n        for (unsigned k = 0; k < 80; k++) {"
    print "            word sum = 0;\n            for (int j = 0; j < 16; j++)\n                memory[j] = next(), registers[j] = next();"
    print "            f[i](registers, memory, (word)(k % 16) << 28);\n            for (int j = 0; j < 16; j++)"
    print "                sum = (sum ^ registers[j]) * 0x9e3779b97f4a7c15 ^ sum >> 29, sum = (sum ^ memory[j]) * 0x9e3779b97f4a7c15;"
    print "            printf(\"f%u %u %lx\\n\", i, k, sum);\n        }\n    return 0;\n}"
}
