package dev.xception.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct memory for one input or output tensor, kept between runs and grown to the largest batch seen. */
final class TensorBuffer {

    private final int bytesPerPicture;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    TensorBuffer(int bytesPerPicture) {
        this.bytesPerPicture = bytesPerPicture;
    }

    /** The memory of so many pictures, one after the other; what it holds is what the last run left. */
    ByteBuffer forBatch(int pictures) {
        int size = Math.multiplyExact(pictures, bytesPerPicture);
        if (bytes.capacity() < size) {
            bytes = ByteBuffer.allocateDirect(size);
        }
        return bytes.slice(0, size).order(ByteOrder.nativeOrder());
    }
}
