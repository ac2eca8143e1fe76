/** Simplifies a graph of layers and writes it as an ONNX file that obeys the served contract. */
@NullMarked
package dev.xception.modelimport.onnx;

import org.jspecify.annotations.NullMarked;
