/** Every meter of the server, recorded in one place. */
@NullMarked
package dev.xception.metrics;

import org.jspecify.annotations.NullMarked;
