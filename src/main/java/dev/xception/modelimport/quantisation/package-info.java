/** Makes an int8 ONNX graph out of a float one by measuring what flows through it. */
@NullMarked
package dev.xception.modelimport.quantisation;

import org.jspecify.annotations.NullMarked;
