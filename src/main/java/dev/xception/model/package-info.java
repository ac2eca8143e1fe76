/** The model directory: what a model is, where its weights come from, and the files it is served from. */
@NullMarked
package dev.xception.model;

import org.jspecify.annotations.NullMarked;
