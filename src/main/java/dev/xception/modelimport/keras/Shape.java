package dev.xception.modelimport.keras;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The axes of one example, without the batch: {@code (height, width, channels)} for a map, {@code (n)} for a vector. */
public record Shape(List<Integer> axes) {

    private static final long MAX_ELEMENTS = 1L << 28;

    public Shape {
        axes = List.copyOf(axes);
        long elements = 1;
        for (int axis : axes) {
            if (axis < 1 || (elements *= axis) > MAX_ELEMENTS) {
                throw new IllegalArgumentException("the shape " + text(axes) + " cannot be served");
            }
        }
    }

    public static Shape of(int... axes) {
        return new Shape(Arrays.stream(axes).boxed().toList());
    }

    public int rank() {
        return axes.size();
    }

    /** Whether these are the three axes of an image or a feature map. */
    public boolean isMap() {
        return rank() == 3;
    }

    public int height() {
        return axes.get(0);
    }

    public int width() {
        return axes.get(1);
    }

    /** The size of the last axis. */
    public int channels() {
        return axes.getLast();
    }

    public int elements() {
        return axes.stream().reduce(1, (a, b) -> a * b);
    }

    public Shape withChannels(int channels) {
        List<Integer> changed = new ArrayList<>(axes);
        changed.set(rank() - 1, channels);
        return new Shape(changed);
    }

    @Override
    public String toString() {
        return text(axes);
    }

    private static String text(List<Integer> axes) {
        return axes.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
