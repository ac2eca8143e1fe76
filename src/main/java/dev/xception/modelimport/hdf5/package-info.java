/** Reads named tensors and string attributes from HDF5 files. */
@NullMarked
package dev.xception.modelimport.hdf5;

import org.jspecify.annotations.NullMarked;
