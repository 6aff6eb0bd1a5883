/**
 * File formats: safetensors, IDX, {@code .npy} and photographs, in and out.
 *
 * <p>Every reader treats its file as untrusted: sizes in a header are checked against the bytes
 * that are really there before anything is allocated by them, and whatever is wrong ends in a
 * {@link dev.shiftwise.models.io.ModelFormatException} that names the file, the place, the value
 * found and the value wanted.
 */
@NullMarked
package dev.shiftwise.models.io;

import org.jspecify.annotations.NullMarked;
