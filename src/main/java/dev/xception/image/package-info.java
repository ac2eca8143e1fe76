/** From an encoded picture to the bytes that a model sees: limits, decoding, cropping and resampling. */
@NullMarked
package dev.xception.image;

import org.jspecify.annotations.NullMarked;
