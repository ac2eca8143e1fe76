/** Turns a Keras model file into the ONNX graph that is served: HDF5 to Keras layers to ONNX nodes. */
@NullMarked
package dev.xception.modelimport;

import org.jspecify.annotations.NullMarked;
