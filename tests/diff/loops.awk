# SPDX-License-Identifier: MIT
# awk -v seed=N -f loops.awk: a C program of functions with random loops, of carries, comparisons and products above all, in registers
# that compiled code has in the host's and in others. It prints what each of them leaves behind, of registers, flags and memory.
function below(n) { return int(rand() * n) }
function one(list,   words, n) { n = split(list, words, index(list, "|") ? "|" : " "); return words[1 + below(n)] }
function reg() { return one(pool) }
function put(line) { text = text line "\\n" }
function condition() { return one("eq ne cs cc mi pl vs vc hi ls ge lt gt le") }

# Vectors d, a, b and constant c in place of D, A, B and C.
function vector_text(how, d, a, b, c) {
    gsub(/qD/, "q" d, how); gsub(/dD/, "d" d, how); gsub(/dA/, "d" a, how); gsub(/dB/, "d" b, how)
    gsub(/D/, "v" d, how); gsub(/A/, "v" a, how); gsub(/B/, "v" b, how); gsub(/C/, c, how)
    return how
}

# Done once, or the same with the eight vectors behind, then or somewhat later.
function vectors(   how, arranged, bits, d, a, b, c) {
    arranged = one("16b 8h 4s 2d 8b 4h 2s")
    bits = arranged ~ /b/ ? 8 : arranged ~ /h/ ? 16 : arranged ~ /s/ ? 32 : 64
    d = below(8); a = below(8); b = below(8)
    c = 1 + below(bits - 1)
    kind = below(13)
    if (kind < 3) how = one("add sub cmeq cmgt cmhi cmtst uqadd sqsub sshl ushl trn1 trn2 zip1 uzp2") " D." arranged ",A." arranged ",B." arranged
    else if (kind == 3) how = one("smax umin mul mla uabd shadd sabd") " D.4s,A.4s,B.4s"
    else if (kind == 4) how = one("eor and orr bic orn bsl bit") " D.16b,A.16b,B.16b"
    else if (kind == 5) how = one("shl ushr sshr sri sli usra srshr") " D." arranged ",A." arranged ",#C"
    else if (kind == 6) how = one("rev32.16b rev32.8h rev64.4s rev64.16b rev16.16b cnt.16b not.16b abs.4s neg.8h clz.4s")
    else if (kind == 7) how = "ext D.16b,A.16b,B.16b,#" c % 16
    else if (kind == 8) how = one("fadd fsub fmul fmla fmls fmax fminnm fabd fcmgt") " D.4s,A.4s,B.4s"
    else if (kind == 9) how = one("fadd fmul fmla fdiv") " D.2d,A.2d,B.2d"
    else if (kind == 10) how = "fmla D.4s,A.4s,B.s[" c % 4 "]"
    else if (kind == 11) how = one("dup D.4s,A.s[1]|mov D.s[2],A.s[1]|str qD,[x28,#32]|ldr qD,[x28,#64]|tbl D.16b,{A.16b},B.16b|addp D.4s,A.4s,B.4s")
    else how = one("fadd dD,dA,dB|fmul dD,dA,dB|fmadd dD,dA,dB,dA|fcmp dA,dB|scvtf dD,x28|fcvtzs dD,dA")
    if (kind == 6) {
        split(how, words, ".")
        how = words[1] " D." words[2] ",A." words[2]
    }
    put(vector_text(how, d, a, b, c))
    if (later != "") { put(later); later = "" }
    if (rand() < doubled) {
        later = vector_text(how, d + 8, a + 8, b + 8, c)
        if (rand() < 0.7) { put(later); later = "" }
    }
}

# Instructions with parts in common, with something in between now and then.
function parts(   d, e, a, b, c, n, first) {
    d = "v" below(24); e = "v" below(24); a = "v" below(24); b = "v" below(24)
    kind = below(5)
    if (kind == 3) {
        n = substr(a, 2)
        put("fneg d" substr(e, 2) ",d" n)
        between()
        put(one("fmsub fnmadd fmadd fnmsub") " d" one(n " " substr(b, 2)) ",d" n ",d" substr(b, 2) ",d" substr(d, 2))
    } else if (kind == 4) {
        a = "v" below(16); n = below(4)
        put(one("fmul fmulx fmla") " " d ".4s," b ".4s," a ".s[" n "]")
        between()
        put(one("fmul fmulx fmls") " " one(a " " e) ".4s," b ".4s," a ".s[" n "]")
    } else if (kind == 0) {
        n = 1 + below(31)
        put("ushr " d ".4s," a ".4s,#" n)
        between()
        put(one("sli " d ".4s," a ".4s,#" 32 - n "|shl " e ".4s," a ".4s,#" 32 - n))
        put(one("orr eor") " " b ".16b," d ".16b," e ".16b")
    } else if (kind == 1) {
        n = one("smull umull smlal umlal smlsl uabdl uabal sabdl saddl usubl")
        c = one("4s 4h 8h|4s 4h 8h|2d 2s 4s|8h 8b 16b")
        split(c, widths, " ")
        first = rand() < 0.5
        put(long_half(n, first, d, a, b))
        between()
        put(long_half(n, !first, e, rand() < 0.8 ? a : e, b))
    } else {
        for (n = 1 + below(3); n > 0; n--) {
            put("mov " e ".16b," a ".16b")
            put("sha256h q" substr(a, 2) ",q" substr(b, 2) "," d ".4s")
            between()
            put("sha256h2 q" substr(b, 2) ",q" substr(e, 2) "," d ".4s")
            between()
        }
    }
}

function long_half(name, upper, d, a, b,   narrow) {
    narrow = upper ? widths[3] : widths[2]
    return name (upper ? "2 " : " ") d "." widths[1] "," a "." narrow "," b "." narrow
}

function between() { if (rand() < 0.3) vectors() }

function instruction(   w, a, b, d) {
    if (rand() < vectored) {
        if (rand() < 0.2)
            parts()
        else
            vectors()
        return
    }
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
    instructions(1 + below(vectored ? 16 : 6))
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
    print "#include <stdio.h>\ntypedef unsigned long word;\nstatic word memory[16], registers[64];"
    for (f = 0; f < functions; f++) {
        text = ""
        pool = pools[1 + below(3)]
        vectored = rand() < 0.5 ? 0 : rand()
        doubled = rand() < 0.3 ? 0 : 0.9
        loop(1)
        if (later != "") { put(later); later = "" }
        body = "stp x28,x30,[sp,#-16]!\\n mov x28,x1\\n mov x15,x0\\n msr nzcv,x2\\n"
        for (i = 0; i < 15; i++)
            body = body "ldr x" i ",[x15,#" 8 * i "]\\n"
        for (i = 0; i < 24; i++)
            body = body "ldr q" i ",[x15,#" 128 + 16 * i "]\\n"
        body = body text "mrs x16,nzcv\\n"
        for (i = 0; i < 24; i++)
            body = body "str q" i ",[x15,#" 128 + 16 * i "]\\n"
        for (i = 0; i < 15; i++)
            body = body "str x" i ",[x15,#" 8 * i "]\\n"
        printf "void f%d(word *, word *, word);\n__asm__(\".arch armv8.5-a+memtag+crypto\\n.pushsection .text\\n.p2align 2\\nf%d: %s" \
            "str x16,[x15,#120]\\nldp x28,x30,[sp],#16\\nret\\n.popsection\");\n", f, f, body
    }
    print "static word state = 88172645463325252;\nstatic word next(void)\n{\n    state ^= state << 13;\n    state ^= state >> 7;"
    print "    state ^= state << 17;\n    return (state & 7) == 0 ? -1ul : (state & 7) == 1 ? 0 : (state & 63) == 2 ? 0x7ff0000000000000 :"
    print "        (state & 63) == 3 ? 0xff8000007f800000 : (state & 63) == 4 ? 0x0080000000ffffff : state;\n}"
    print "int main(void)\n{\n    static void (*const f[])(word *, word *, word) = {"
    for (f = 0; f < functions; f++)
        print "        f" f ","
    print "    };\n    for (unsigned i = 0; i < sizeof f / sizeof *f; i++)\n        for (unsigned k = 0; k < 80; k++) {"
    print "            word sum = 0;\n            for (int j = 0; j < 64; j++)\n                memory[j % 16] = next(), registers[j] = next();"
    print "            f[i](registers, memory, (word)(k % 16) << 28);\n            for (int j = 0; j < 64; j++)"
    print "                sum = (sum ^ registers[j]) * 0x9e3779b97f4a7c15 ^ sum >> 29, sum = (sum ^ memory[j % 16]) * 0x9e3779b97f4a7c15;"
    print "            printf(\"f%u %u %lx\\n\", i, k, sum);\n        }\n    return 0;\n}"
}
