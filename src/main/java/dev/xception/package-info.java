/** The application: where it starts and how its parts are put together. */
@NullMarked
package dev.xception;

import org.jspecify.annotations.NullMarked;
