/** Shapes and weights: the plain data everything else is described with. */
@NullMarked
package dev.shiftwise.tensor;

import org.jspecify.annotations.NullMarked;
