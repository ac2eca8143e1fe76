package dev.xception.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the command, runs it, and turns whatever goes wrong into one line and an exit code. */
@Command(
        name = "xception-server",
        description = "Image classification on the JVM. Without a command: serve.",
        scope = CommandLine.ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Commands {

    private static final int FAILED = 1;
    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private Commands() {}

    /**
     * Runs the command that the arguments name; without one, the server is started.
     *
     * @return the exit code: 0 for success, 1 for a failure, 2 for arguments that make no sense
     */
    public static int run(String[] arguments, Server server) {
        UnsafeWarning.silence();
        return run(Terminal.ofProcess(), server, arguments);
    }

    static int run(Terminal terminal, Server server, String... arguments) {
        CommandLine commands = new CommandLine(new Commands())
                .addSubcommand(new ServeCommand(server))
                .addSubcommand(new ImportCommand(terminal))
                .addSubcommand(new PrefetchCommand(terminal))
                .addSubcommand(new ModelCommand(terminal))
                .addSubcommand(new ClassifyCommand(terminal))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new EvaluateCommand(terminal))
                .addSubcommand(new PreprocessCommand(terminal))
                .addSubcommand(new InferCommand(terminal))
                .addSubcommand(new BenchCommand(terminal))
                .addSubcommand(new QuantizeCommand(terminal))
                .addSubcommand(new HealthCommand(terminal))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setParameterExceptionHandler(Commands::explainUsage)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    terminal.warn("error: " + FailureMessage.orInternalError(failure));
                    return FAILED;
                });
        try {
            return commands.execute(withCommand(arguments));
        } catch (OutOfMemoryError e) {
            terminal.warn("error: out of memory (" + e.getMessage() + "): start Java with a larger -Xmx");
            return FAILED;
        } catch (LinkageError e) {
            terminal.warn("error: a native library cannot be loaded: " + e.getMessage());
            return FAILED;
        }
    }

    /** Spring's own way to start a jar, with options alone, is {@code serve}. */
    private static String[] withCommand(String[] arguments) {
        boolean serve = arguments.length == 0 || (arguments[0].startsWith("-") && !ROOT_OPTIONS.contains(arguments[0]));
        return serve ? Stream.concat(Stream.of("serve"), Stream.of(arguments)).toArray(String[]::new) : arguments;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    private static int explainUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + String.valueOf(failure.getMessage()).replaceFirst("^Error: ", ""));
        if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** The version that the build has noted. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws Exception {
            Properties build = new Properties();
            try (InputStream stream = Commands.class.getResourceAsStream("/META-INF/build-info.properties")) {
                if (stream != null) {
                    build.load(stream);
                }
            }
            return new String[] {"xception-server " + build.getProperty("build.version", "(development)")};
        }
    }
}
