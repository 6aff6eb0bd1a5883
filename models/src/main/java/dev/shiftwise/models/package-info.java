/** Networks by name, with their weights, labels and preprocessing. */
@NullMarked
package dev.shiftwise.models;

import org.jspecify.annotations.NullMarked;
