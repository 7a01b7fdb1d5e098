# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1
# beyond: qemu-aarch64 cannot run the programs of the root that another starts
# Mono compiles C# with a compiler that is itself C#, and runs both from machine code made as it goes; null references are faults.
cat >program.cs <<'EOF'
using System; using System.Collections.Generic; using System.Linq; using System.Text; using System.Threading; using System.Threading.Tasks;
interface IShape { double Area(); }
struct Box : IShape { public double A, B; public double Area() { return A * B; } }
class Node { public Node Next; public int[] Data = new int[100]; }
static class Program {
    static int Fib(int n) { return n < 2 ? n : Fib(n - 1) + Fib(n - 2); }
    static IEnumerable<int> Primes() { for (int i = 2; ; i++) if (Enumerable.Range(2, i).TakeWhile(k => k * k <= i).All(k => i % k != 0)) yield return i; }
    static int Main(string[] args) {
        Console.WriteLine(Fib(24));
        Console.WriteLine(string.Join(",", Primes().Skip(50).Take(5)));
        try { Node n = null; Console.WriteLine(n.Data.Length); } catch (NullReferenceException) { Console.WriteLine("null reference"); }
        try { int zero = args.Length; Console.WriteLine(1 / zero); } catch (DivideByZeroException) { Console.WriteLine("division by zero"); }
        try { checked { int big = int.MaxValue; big += args.Length + 1; } } catch (OverflowException) { Console.WriteLine("overflow"); }
        try { object o = "text"; Console.WriteLine((int)o); } catch (InvalidCastException) { Console.WriteLine("invalid cast"); }
        int count = 0; var gate = new object(); long sum = 0;
        var threads = Enumerable.Range(1, 8).Select(i => new Thread(() => { for (int k = 0; k < 2000; k++) { Interlocked.Increment(ref count); lock (gate) sum += i; } })).ToList();
        threads.ForEach(t => t.Start()); threads.ForEach(t => t.Join()); Console.WriteLine(count + " " + sum);
        Console.WriteLine(Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => i * i))).Result.Sum());
        Node head = null; for (int i = 0; i < 30000; i++) { var n = new Node { Next = i % 500 == 0 ? null : head }; n.Data[0] = i; head = n; }
        GC.Collect(); int length = 0; for (var n = head; n != null; n = n.Next) length++; Console.WriteLine(length);
        IShape shape = new Box { A = 1.5, B = 4 }; Console.WriteLine("{0:F3} {1:R} {2}", shape.Area(), 0.1 + 0.2, decimal.MaxValue);
        var words = new Dictionary<string, int>(); for (int i = 0; i < 20000; i++) { var w = "w" + i * 7919L % 613; int c; words.TryGetValue(w, out c); words[w] = c + 1; }
        Console.WriteLine(words.Count + " " + words.OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).First());
        Func<int, Func<int, int>> add = a => b => a + b; Console.WriteLine(new StringBuilder().Append(add(2)(3)).Append(" ").Append(double.NaN.CompareTo(1)).ToString());
        return 7;
    }
}
EOF
MONO_CFG_DIR=$ROOT/etc MONO_PATH=$ROOT/usr/lib/mono/4.5
export MONO_CFG_DIR MONO_PATH
step mono "$ROOT/usr/lib/mono/4.5/mcs.exe" -nologo program.cs -out:program.exe | sed "s|$ROOT||"
step mono program.exe
step mono --interpreter program.exe
