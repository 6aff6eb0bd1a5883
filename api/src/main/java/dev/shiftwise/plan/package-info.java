/** Where everything lives: one slab, windows and guard elements. */
@NullMarked
package dev.shiftwise.plan;

import org.jspecify.annotations.NullMarked;
