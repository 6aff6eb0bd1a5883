/** Makes what the bundle holds beside the jars. */
@NullMarked
package dev.shiftwise.dist;

import org.jspecify.annotations.NullMarked;
