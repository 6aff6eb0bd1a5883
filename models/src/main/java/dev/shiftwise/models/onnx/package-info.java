/** ONNX models in and out. */
@NullMarked
package dev.shiftwise.models.onnx;

import org.jspecify.annotations.NullMarked;
