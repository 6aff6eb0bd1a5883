/**
 * Comparisons of shift operators with what they replace, checked by value before they are timed.
 */
@NullMarked
package dev.shiftwise.bench;

import org.jspecify.annotations.NullMarked;
