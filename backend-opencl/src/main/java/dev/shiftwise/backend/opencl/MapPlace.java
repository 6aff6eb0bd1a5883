package dev.shiftwise.backend.opencl;

import org.jocl.cl_mem;

/**
 * Where a feature map stands in device memory. In elements.
 *
 * @param buffer the memory
 * @param offset of image 0, channel 0, row 0, column 0
 * @param imagePitch from one image to the next
 */
record MapPlace(cl_mem buffer, long offset, long imagePitch) {}
