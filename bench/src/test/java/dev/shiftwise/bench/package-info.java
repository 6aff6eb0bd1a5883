/** Tests of the comparison. */
@NullMarked
package dev.shiftwise.bench;

import org.jspecify.annotations.NullMarked;
