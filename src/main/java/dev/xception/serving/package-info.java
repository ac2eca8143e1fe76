/** Puts the stages together: from a model's files to a classifier that answers. */
@NullMarked
package dev.xception.serving;

import org.jspecify.annotations.NullMarked;
