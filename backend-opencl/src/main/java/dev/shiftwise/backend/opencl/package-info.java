/**
 * The OpenCL backend, through JOCL.
 *
 * <p>From the outside in:
 *
 * <ol>
 *   <li>{@code OpenClProvider} asks {@code Probing}, which loads JOCL and lists every platform's
 *       devices as {@code ClDevice}s, and opens {@code OpenClBackend} on one of them.
 * </ol>
 *
 * <p>Every status of OpenCL is checked by {@code Cl}; JOCL's own exceptions stay off, since they
 * are a switch for the whole process.
 */
@NullMarked
package dev.shiftwise.backend.opencl;

import org.jspecify.annotations.NullMarked;
