/** Tests of the OpenCL backend. */
@NullMarked
package dev.shiftwise.backend.opencl;

import org.jspecify.annotations.NullMarked;
