/** Reads Keras model files of every layout into one graph of simple layers with their weights. */
@NullMarked
package dev.xception.modelimport.keras;

import org.jspecify.annotations.NullMarked;
