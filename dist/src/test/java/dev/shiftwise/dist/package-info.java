/** The bundle as its user has it. */
@NullMarked
package dev.shiftwise.dist;

import org.jspecify.annotations.NullMarked;
