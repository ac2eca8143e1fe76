package dev.xception.modelimport.hdf5;

import dev.xception.modelimport.InvalidModelException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An HDF5 file opened for reading. Every fault of the file, whatever way the parser meets it, comes out as one line in an
 * {@link InvalidModelException}; sizes that the file claims are checked before anything is allocated for them.
 */
public final class Hdf5File implements AutoCloseable {

    private static final int SIGNATURE_LENGTH = 8;
    private static final long SIGNATURE = 0x894844460d0a1a0aL;
    private static final long MAX_ELEMENTS = 1L << 28;

    private final String displayName;
    private final HdfFile file;

    private Hdf5File(String displayName, HdfFile file) {
        this.displayName = displayName;
        this.file = file;
    }

    public static Hdf5File open(Path path) throws IOException {
        return open(path, path.getFileName().toString());
    }

    /** Opens {@code path}; messages call it {@code displayName}. */
    public static Hdf5File open(Path path, String displayName) throws IOException {
        checkLength(path, displayName);
        return reading(displayName, () -> new Hdf5File(displayName, new HdfFile(path)));
    }

    /** The superblock states where the file ends, so a cut-off download is known as such before it is parsed. */
    private static void checkLength(Path path, String displayName) throws IOException {
        long length = Files.size(path);
        ByteBuffer head = superblock(path);
        if (head.limit() < SIGNATURE_LENGTH || head.getLong(0) != SIGNATURE) {
            throw new InvalidModelException(displayName + " is not an HDF5 file");
        }
        head.order(ByteOrder.LITTLE_ENDIAN);
        int endAddressAt = switch (head.limit() > SIGNATURE_LENGTH ? head.get(SIGNATURE_LENGTH) : 0) {
            case 0 -> 40;
            case 1 -> 44;
            default -> 28;
        };
        long end = head.limit() < endAddressAt + Long.BYTES ? Long.MAX_VALUE : head.getLong(endAddressAt);
        if (end > length) {
            String expected = end == Long.MAX_VALUE ? "" : " of " + end;
            throw new InvalidModelException(displayName + " is truncated: it has " + length + expected + " bytes");
        }
    }

    private static ByteBuffer superblock(Path path) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(64);
        try (FileChannel channel = FileChannel.open(path)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {}
        }
        return head.flip();
    }

    /** What the file is called in messages. */
    public String displayName() {
        return displayName;
    }

    public boolean has(String path) {
        return find(path).isPresent();
    }

    /** The names inside a group, in the file's order; empty where there is no such group. */
    public List<String> children(String path) {
        return find(path)
                .filter(Group.class::isInstance)
                .map(group -> reading(
                        displayName,
                        () -> List.copyOf(((Group) group).getChildren().keySet())))
                .orElse(List.of());
    }

    /** A string attribute of the group or dataset at {@code path}. */
    public Optional<String> string(String path, String attribute) {
        List<String> values = strings(path, attribute);
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /**
     * An attribute that is a list of strings; empty where it is absent. Keras splits a list over 64 KB into attributes
     * {@code name0}, {@code name1} and so on.
     */
    public List<String> strings(String path, String attribute) {
        Optional<Node> node = find(path);
        if (node.isEmpty()) {
            return List.of();
        }
        return reading(displayName, () -> {
            List<String> values = new ArrayList<>();
            addStrings(node.get().getAttribute(attribute), values);
            for (int part = 0; node.get().getAttribute(attribute + part) != null; part++) {
                addStrings(node.get().getAttribute(attribute + part), values);
            }
            return values;
        });
    }

    private static void addStrings(Attribute attribute, List<String> values) {
        if (attribute == null || attribute.isEmpty()) {
            return;
        }
        switch (attribute.getData()) {
            case String value -> values.add(value);
            case String[] list -> values.addAll(List.of(list));
            case null, default -> {} // Keras writes an empty list as an empty array of numbers.
        }
    }

    /** The shape of a dataset, of which nothing else is read. */
    public int[] shape(String path) {
        Dataset dataset = dataset(path);
        return reading(displayName, dataset::getDimensions);
    }

    /** The values of a numeric dataset as floats. Memory is taken for as many as it claims: check its shape first. */
    public Tensor tensor(String path) {
        Dataset dataset = dataset(path);
        return reading(displayName, () -> {
            int[] shape = dataset.getDimensions();
            long elements = 1;
            for (int dimension : shape) {
                elements = Math.multiplyExact(elements, dimension);
            }
            if (elements > MAX_ELEMENTS) {
                throw new InvalidModelException(path + " in " + displayName + " claims " + elements + " values");
            }
            return new Tensor(floats(dataset.getDataFlat(), path), shape);
        });
    }

    private Dataset dataset(String path) {
        Node node = find(path).orElseThrow(() -> new InvalidModelException(displayName + " lacks the weight " + path));
        if (node instanceof Dataset dataset) {
            return dataset;
        }
        throw new InvalidModelException(path + " in " + displayName + " is no dataset");
    }

    private float[] floats(Object values, String path) {
        return switch (values) {
            case float[] floats -> floats;
            case double[] doubles -> {
                float[] floats = new float[doubles.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) doubles[i];
                }
                yield floats;
            }
            case int[] integers -> {
                float[] floats = new float[integers.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = integers[i];
                }
                yield floats;
            }
            case long[] integers -> {
                float[] floats = new float[integers.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = integers[i];
                }
                yield floats;
            }
            case Number number -> new float[] {number.floatValue()};
            default -> throw new InvalidModelException(path + " in " + displayName + " holds no numbers");
        };
    }

    private Optional<Node> find(String path) {
        return reading(displayName, () -> {
            Node node = file;
            for (String name : path.split("/", -1)) {
                if (!name.isEmpty()) {
                    node = node instanceof Group group ? group.getChildren().get(name) : null;
                }
                if (node == null) {
                    return Optional.empty();
                }
            }
            return Optional.of(node);
        });
    }

    /** A damaged file makes the parser fail in many ways, an endless or absurd structure among them. */
    static <T> T reading(String displayName, Supplier<T> read) {
        try {
            return read.get();
        } catch (InvalidModelException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new InvalidModelException(displayName + " needs more memory than this process may use (-Xmx)", e);
        } catch (RuntimeException | StackOverflowError e) {
            throw new InvalidModelException(displayName + " is damaged: its HDF5 structure cannot be read", e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
