/** Code that breaks every rule, to show that the rules can fail. */
@NullMarked
package dev.shiftwise.architecture.samples;

import org.jspecify.annotations.NullMarked;
