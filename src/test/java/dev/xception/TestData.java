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
        Path path = Path.of(System.getProperty("xception.test.data", "../shared/data"), name);
        boolean present = Files.exists(path);
        String message = "no reference file " + path + " (set -Dxception.test.data=FOLDER)";
        if (!present && Boolean.getBoolean("xception.test.data.required")) {
            throw new AssertionError(message);
        }
        assumeTrue(present, message);
        return path;
    }
}
