/** Dynamic batching: gathers concurrent requests into batches for a few sessions, with a bounded queue and deadlines. */
@NullMarked
package dev.xception.batch;

import org.jspecify.annotations.NullMarked;
