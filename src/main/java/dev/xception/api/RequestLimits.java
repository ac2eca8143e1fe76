package dev.xception.api;

import java.time.Duration;

/**
 * What one request may ask for.
 *
 * @param maxImageBytes encoded bytes of one picture
 * @param maxRequestBytes bytes of a whole multipart body
 * @param maxImages pictures of a batch
 * @param timeout longest time to an answer
 */
public record RequestLimits(long maxImageBytes, long maxRequestBytes, int maxImages, Duration timeout) {}
