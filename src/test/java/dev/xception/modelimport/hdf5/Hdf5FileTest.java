package dev.xception.modelimport.hdf5;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xception.modelimport.InvalidModelException;
import org.junit.jupiter.api.Test;

class Hdf5FileTest {

    @Test
    void doesNotCallAFileDamagedForWantOfMemory() {
        assertThatThrownBy(() -> Hdf5File.reading("large.h5", () -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("large.h5 needs more memory than this process may use (-Xmx)");
    }
}
