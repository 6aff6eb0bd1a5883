/** What to compute: immutable operators and the graph that joins them. */
@NullMarked
package dev.shiftwise.network;

import org.jspecify.annotations.NullMarked;
