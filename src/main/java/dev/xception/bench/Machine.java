package dev.xception.bench;

/** Where the figures were taken. */
public record Machine(int processors, String architecture, String operatingSystem, String java) {

    public static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    @Override
    public String toString() {
        return "%d processors, %s, %s, %s".formatted(processors, architecture, operatingSystem, java);
    }
}
