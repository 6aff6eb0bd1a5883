/** The three primitives as views: which address an element is read from, and nothing moved. */
@NullMarked
package dev.shiftwise.view;

import org.jspecify.annotations.NullMarked;
