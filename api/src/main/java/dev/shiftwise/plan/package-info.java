/**
 * Where everything lives: one slab, windows, ring offsets and guards, decided before anything runs.
 */
@NullMarked
package dev.shiftwise.plan;

import org.jspecify.annotations.NullMarked;
