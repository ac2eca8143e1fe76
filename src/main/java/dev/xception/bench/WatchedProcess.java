package dev.xception.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** What a process uses, as the operating system tells. */
public class WatchedProcess {

    private static final long KIB = 1024;

    private final ProcessHandle process;

    public WatchedProcess(ProcessHandle process) {
        this.process = process;
    }

    /** Processor time so far, in the system's own (often 10 ms) steps; zero where it is not told. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Resident set size; empty where there is no {@code /proc}, and when the process is gone. */
    OptionalLong residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
