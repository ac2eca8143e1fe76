package dev.xception;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference weights, golden tensors and photographs that are not part of the repository.
 *
 * <p>They lie in the folder that the system property {@code xception.test.data} names. A test that asks for a file that is
 * not there is skipped and says so; with {@code xception.test.data.required=true} it fails instead.
 */
public final class TestData {

    private TestData() {}

    /** The named file or folder, or else the calling test is skipped (or fails where the files are required). */
    public static Path require(String name) {
        assumeTrue(isPresent(name), absence(name));
        return path(name);
    }

    /** Whether the file is there; fails where it has to be. */
    static boolean isPresent(String name) {
        boolean present = Files.exists(path(name));
        if (!present && Boolean.getBoolean("xception.test.data.required")) {
            throw new AssertionError(absence(name));
        }
        return present;
    }

    static String absence(String name) {
        return "no reference file " + path(name) + " (set -Dxception.test.data=FOLDER)";
    }

    private static Path path(String name) {
        return Path.of(System.getProperty("xception.test.data", "../shared/data"), name);
    }
}
