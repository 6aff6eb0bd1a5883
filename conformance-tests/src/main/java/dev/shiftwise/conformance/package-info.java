/** The rules of SPEC.md as tests, and the oracle which they compare with. */
@NullMarked
package dev.shiftwise.conformance;

import org.jspecify.annotations.NullMarked;
