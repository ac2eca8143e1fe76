package dev.xception.batch;

/**
 * What a caller of {@link DynamicBatcher.Place#submit} gets back.
 *
 * @param output the function's result for this caller's input
 * @param queueNanos time from entering the queue until the batch was formed
 * @param runNanos time the batch's run took
 * @param batchSize number of inputs in that batch, this one included
 */
public record Answer<O>(O output, long queueNanos, long runNanos, int batchSize) {}
