/** Reading and writing safetensors, IDX, NumPy and image files. */
@NullMarked
package dev.shiftwise.models.io;

import org.jspecify.annotations.NullMarked;
