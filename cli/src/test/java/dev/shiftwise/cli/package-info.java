/** Tests of the command shiftwise. */
@NullMarked
package dev.shiftwise.cli;

import org.jspecify.annotations.NullMarked;
