/** Runs a served graph in ONNX Runtime: pictures in, probabilities and features out. */
@NullMarked
package dev.xception.inference;

import org.jspecify.annotations.NullMarked;
