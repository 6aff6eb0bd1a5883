/** Tests of the CUDA backend. */
@NullMarked
package dev.shiftwise.backend.cuda;

import org.jspecify.annotations.NullMarked;
