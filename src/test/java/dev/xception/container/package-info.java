/** Tests of the container image, as an operator runs it: confined, watched, drained, restarted. */
@NullMarked
package dev.xception.container;

import org.jspecify.annotations.NullMarked;
