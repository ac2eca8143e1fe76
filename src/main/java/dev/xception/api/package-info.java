/** HTTP: controllers, the records that travel, problem details and the OpenAPI document. */
@NullMarked
package dev.xception.api;

import org.jspecify.annotations.NullMarked;
