/** The use case: from an encoded picture to its top labels. */
@NullMarked
package dev.xception.classification;

import org.jspecify.annotations.NullMarked;
