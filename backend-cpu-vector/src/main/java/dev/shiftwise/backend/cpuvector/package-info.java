/** The CPU backend on the JDK Vector API. */
@NullMarked
package dev.shiftwise.backend.cpuvector;

import org.jspecify.annotations.NullMarked;
