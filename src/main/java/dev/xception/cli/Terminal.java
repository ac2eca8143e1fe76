package dev.xception.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Where a command writes: results to standard output, everything else to standard error. */
final class Terminal {

    private static final int OUT = 1;
    private static final int ERR = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final IntPredicate isTerminal;

    /**
     * @param isTerminal whether a person looks at standard output (1) or standard error (2)
     */
    Terminal(PrintStream out, PrintStream err, IntPredicate isTerminal) {
        this.out = out;
        this.err = err;
        this.isTerminal = isTerminal;
    }

    /** The streams of this process. Where the locale has only ASCII, as in most containers, results are UTF-8. */
    static Terminal ofProcess() {
        PrintStream out = System.out.charset().equals(StandardCharsets.US_ASCII)
                ? new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                : System.out;
        return new Terminal(out, System.err, Terminal::isATerminal);
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** Writes one line of a result. */
    void print(String line) {
        out.println(line);
        if (out.checkError()) {
            throw new CommandException("standard output is closed");
        }
    }

    /** Tells the user something that is no result. */
    void warn(String line) {
        err.println(line);
    }

    /** Whether a person looks at the results, so that they may be drawn. */
    boolean isInteractive() {
        return isTerminal.test(OUT);
    }

    /** A progress bar where a person looks at standard error; otherwise nothing is shown. */
    Progress progress(String task, String unit, long unitSize, long total) {
        return isTerminal.test(ERR) ? new DrawnProgress(err, task, unit, unitSize, total) : Progress.HIDDEN;
    }

    /** A progress bar where a person looks at standard error; otherwise a line now and then, for what takes minutes. */
    Progress progressOrLines(String task, long total) {
        return isTerminal.test(ERR)
                ? new DrawnProgress(err, task, "", 1, total)
                : new ProgressLines(err, task, System::nanoTime);
    }

    /** Java tells only whether all standard streams are a terminal at once, so the C library is asked. */
    @SuppressWarnings("restricted")
    private static boolean isATerminal(int descriptor) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        Optional<MemorySegment> isatty = library.find("isatty").or(() -> library.find("_isatty"));
        if (isatty.isEmpty()) {
            return false;
        }
        FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        try {
            return (int) linker.downcallHandle(isatty.get(), signature).invokeExact(descriptor) != 0;
        } catch (Throwable e) {
            throw new IllegalStateException("isatty cannot be called", e);
        }
    }
}
