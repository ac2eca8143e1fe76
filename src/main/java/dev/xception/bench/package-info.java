/** A load generator for a server on this machine: closed and open loops, what they measure, and the ceiling to compare with. */
@NullMarked
package dev.xception.bench;

import org.jspecify.annotations.NullMarked;
