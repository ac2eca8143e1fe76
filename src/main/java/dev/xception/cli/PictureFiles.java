package dev.xception.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The pictures that a user names: files as they are, folders with all that lies in them, and patterns. */
final class PictureFiles {

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "png", "gif", "bmp", "webp", "tif", "tiff");

    private PictureFiles() {}

    /**
     * All pictures, in the order of the arguments, those of a folder or a pattern sorted by path.
     *
     * @throws CommandException for a file that is not there, and for a folder or a pattern without pictures
     */
    static List<Path> find(List<String> arguments) throws IOException {
        List<Path> pictures = new ArrayList<>();
        for (String argument : arguments) {
            pictures.addAll(find(argument));
        }
        return pictures;
    }

    private static List<Path> find(String argument) throws IOException {
        // A file whose name holds pattern characters is a file.
        if (!exists(argument) && argument.matches(".*[*?\\[{].*")) {
            return matching(argument);
        }
        Path path = Path.of(argument);
        if (Files.isDirectory(path)) {
            return walk(path, Integer.MAX_VALUE, PictureFiles::isPicture, "no pictures in " + path);
        }
        if (!Files.exists(path)) {
            throw new CommandException(path + ": no such file");
        }
        return List.of(path);
    }

    private static boolean exists(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            // On Windows a pattern is no path.
            return false;
        }
    }

    private static List<Path> matching(String pattern) throws IOException {
        int firstSpecial = pattern.replaceAll("[*?\\[{].*", "").length();
        int folderEnd = Math.max(pattern.lastIndexOf('/', firstSpecial), pattern.lastIndexOf('\\', firstSpecial)) + 1;
        Path folder = Path.of(pattern.substring(0, folderEnd));
        if (!Files.isDirectory(folder.resolve(""))) {
            throw new CommandException(folder + ": no such folder");
        }
        String glob = pattern.substring(folderEnd);
        PathMatcher matcher = matcher(pattern, glob);
        return walk(
                folder, depth(glob), file -> matcher.matches(folder.relativize(file)), "nothing matches " + pattern);
    }

    private static PathMatcher matcher(String pattern, String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new CommandException(pattern + ": no such file, and no pattern: " + e.getDescription(), e);
        }
    }

    /** How many names a path that matches has at most: what lies deeper is not looked at. */
    private static int depth(String glob) {
        return glob.contains("**") ? Integer.MAX_VALUE : glob.split("/").length;
    }

    private static List<Path> walk(Path folder, int depth, Predicate<Path> wanted, String otherwise)
            throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> found =
                    files.filter(Files::isRegularFile).filter(wanted).sorted().toList();
            if (found.isEmpty()) {
                throw new CommandException(otherwise);
            }
            return found;
        }
    }

    private static boolean isPicture(Path file) {
        String name = file.getFileName().toString();
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
