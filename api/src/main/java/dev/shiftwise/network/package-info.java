/** What to compute: an immutable graph of operators and weights, and the builder that checks it. */
@NullMarked
package dev.shiftwise.network;

import org.jspecify.annotations.NullMarked;
