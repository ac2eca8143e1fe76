package dev.xception.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.xception.inference.OutputBuffers.PinnedOutputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Runs batches of pictures through one served graph, one batch at a time.
 *
 * <p>Each session owns the direct memory that its tensors lie in: the pictures of a batch are copied into one contiguous
 * input, and ONNX Runtime writes each output into memory that is pinned to it, so that a run allocates no tensor memory. One
 * thread should own a session: a second caller is safe, but waits. On a GPU a batch is rounded up to the next size that was
 * warmed up, because a new shape costs an algorithm search; what the added slots hold is ignored.
 */
public final class InferenceSession implements AutoCloseable {

    private final LoadedGraph graph;
    private final TensorBuffer image;
    private final OutputBuffers outputs;
    private final NavigableSet<Integer> warmedSizes = new TreeSet<>();
    private final Lock running = new ReentrantLock();
    private boolean closed;

    private InferenceSession(LoadedGraph graph) {
        this.graph = graph.use();
        GraphContract contract = graph.contract();
        this.image = new TensorBuffer(contract.bytesPerPicture());
        this.outputs = new OutputBuffers(contract);
    }

    /**
     * Opens one session.
     *
     * @throws InferenceException when the file, its graph or the wanted provider cannot be used
     */
    public static InferenceSession open(Path onnx, SessionConfig config) {
        return open(onnx, config, 1).getFirst();
    }

    /**
     * Opens sessions that can run at the same time, all on the same provider. On the CPU with one thread each they share
     * one copy of the weights: a run then needs nothing of its own but its activations.
     *
     * @throws InferenceException when the file, its graph or the wanted provider cannot be used
     */
    public static List<InferenceSession> open(Path onnx, SessionConfig config, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("the number of sessions must be at least 1, not " + count);
        }
        List<InferenceSession> sessions = new ArrayList<>();
        try {
            LoadedGraph graph = LoadedGraph.load(onnx, config);
            sessions.add(new InferenceSession(graph));
            boolean shared = !graph.provider().onGpu() && config.intraOpThreads() == 1;
            SessionConfig same = config.withProvider(graph.provider());
            while (sessions.size() < count) {
                sessions.add(new InferenceSession(shared ? graph : LoadedGraph.load(onnx, same)));
            }
            return List.copyOf(sessions);
        } catch (RuntimeException e) {
            sessions.forEach(InferenceSession::close);
            throw e;
        }
    }

    /**
     * Runs one batch.
     *
     * @param images one buffer per picture, its remaining bytes the uint8 pixels {@code [height, width, channels]}; left as
     *     they are
     * @param wanted the outputs to answer with; probabilities always are
     * @return one output per picture, in order; some of them may have a {@link ModelOutput#fault}, which is no matter of the
     *     others
     * @throws InferenceException when the run fails, no output is finite, or the graph lacks a wanted output
     * @throws IllegalStateException when the session is closed
     */
    public List<ModelOutput> run(List<ByteBuffer> images, Set<OutputTensor> wanted) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("a batch needs at least one picture");
        }
        Set<OutputTensor> computed = EnumSet.of(OutputTensor.PROBABILITIES);
        computed.addAll(wanted);
        running.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the session is closed");
            }
            int size = runSize(images.size(), graph.provider().onGpu(), warmedSizes);
            run(fill(images, size), size, computed);
            return requireSoundOne(IntStream.range(0, images.size())
                    .mapToObj(picture -> outputs.read(computed, picture))
                    .toList());
        } catch (OrtException | InferenceException e) {
            throw new InferenceException(graph.file() + ": the run failed: " + InferenceException.firstLine(e), e);
        } finally {
            running.unlock();
        }
    }

    private static List<ModelOutput> requireSoundOne(List<ModelOutput> outputs) {
        if (outputs.stream().allMatch(output -> output.fault() != null)) {
            throw new InferenceException(String.valueOf(outputs.getFirst().fault()));
        }
        return outputs;
    }

    /**
     * Runs black pictures in batches of these sizes, so that no request pays for the first run of a shape. On a GPU batches
     * are rounded up to these sizes from then on.
     */
    public void warmUp(int... batchSizes) {
        ByteBuffer black = ByteBuffer.allocate(graph.contract().bytesPerPicture());
        running.lock();
        try {
            warmedSizes.clear();
            // Ascending, so that none is rounded up to one that was warmed before it.
            for (int size : Arrays.stream(batchSizes).sorted().toArray()) {
                run(Collections.nCopies(size, black), Set.of());
                warmedSizes.add(size);
            }
        } finally {
            running.unlock();
        }
    }

    static int runSize(int pictures, boolean onGpu, NavigableSet<Integer> warmedSizes) {
        Integer warmed = onGpu ? warmedSizes.ceiling(pictures) : null;
        return warmed == null ? pictures : warmed;
    }

    /** The pictures one after the other. A single one in direct memory lies right already. */
    private ByteBuffer fill(List<ByteBuffer> images, int size) {
        int bytesPerPicture = graph.contract().bytesPerPicture();
        for (int i = 0; i < images.size(); i++) {
            int bytes = images.get(i).remaining();
            if (bytes != bytesPerPicture) {
                throw new IllegalArgumentException("picture %d has %d bytes; %dx%dx%d needs %d"
                        .formatted(i, bytes, height(), width(), channels(), bytesPerPicture));
            }
        }
        if (size == 1 && images.getFirst().isDirect()) {
            return images.getFirst().slice().order(ByteOrder.nativeOrder());
        }
        ByteBuffer batch = image.forBatch(size);
        for (int i = 0; i < images.size(); i++) {
            ByteBuffer picture = images.get(i);
            batch.put(i * bytesPerPicture, picture, picture.position(), bytesPerPicture);
        }
        return batch;
    }

    private void run(ByteBuffer batch, int size, Set<OutputTensor> computed) throws OrtException {
        long[] shape = graph.contract().inputShape(size);
        try (OnnxTensor input = OnnxTensor.createTensor(OnnxRuntime.environment(), batch, shape, OnnxJavaType.UINT8);
                PinnedOutputs pinned = outputs.pin(computed, size)) {
            graph.session()
                    .run(Map.of(GraphContract.INPUT, input), pinned.byName())
                    .close();
        }
    }

    /** The provider that runs the graph; never {@link ExecutionProvider#AUTO}. */
    public ExecutionProvider provider() {
        return graph.provider();
    }

    /** Why this provider, in a few words. */
    public String providerReason() {
        return graph.providerReason();
    }

    public int width() {
        return graph.contract().width();
    }

    public int height() {
        return graph.contract().height();
    }

    /** 3 is RGB, 1 is grey. */
    public int channels() {
        return graph.contract().channels();
    }

    public int classes() {
        return graph.contract().classes();
    }

    /** The outputs that the graph has. */
    public Set<OutputTensor> outputs() {
        return Set.copyOf(graph.contract().outputs().keySet());
    }

    /** The shape of one picture's output, without N: {@code [classes]}, {@code [h, w, c]} or {@code [c]}. */
    public int[] shapeOf(OutputTensor output) {
        return Arrays.stream(graph.contract().outputShape(output, 1))
                .skip(1)
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** What the graph's file says of itself, by {@code metadata_props} key. */
    public Map<String, String> metadata() {
        return graph.metadata();
    }

    /** Waits for a run in progress, then gives the native memory back; later calls do nothing. */
    @Override
    public void close() {
        running.lock();
        try {
            if (!closed) {
                closed = true;
                graph.release();
            }
        } finally {
            running.unlock();
        }
    }
}
