/** Shapes, element types and the tensors that hold weights. */
@NullMarked
package dev.shiftwise.tensor;

import org.jspecify.annotations.NullMarked;
