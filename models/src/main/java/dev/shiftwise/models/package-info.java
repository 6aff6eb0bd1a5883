/**
 * Networks by name, their weights, labels and preprocessing.
 *
 * <p>{@link dev.shiftwise.models.Models} is the way in: it knows the names, opens a {@link
 * dev.shiftwise.models.Model} by name or from a weights file, and makes one with random weights for
 * timing.
 */
@NullMarked
package dev.shiftwise.models;

import org.jspecify.annotations.NullMarked;
