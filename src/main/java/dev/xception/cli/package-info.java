/** The jar as a command line: one class per command, over the same parts as the server. */
@NullMarked
package dev.xception.cli;

import org.jspecify.annotations.NullMarked;
