/** The command {@code shiftwise}. */
@NullMarked
package dev.shiftwise.cli;

import org.jspecify.annotations.NullMarked;
