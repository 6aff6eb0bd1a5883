package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;
import org.jspecify.annotations.Nullable;

/** Checks every status that OpenCL returns, and asks for facts. */
final class Cl {
  private Cl() {}

  /** One of OpenCL's clGet...Info functions with its object and parameter. */
  @FunctionalInterface
  interface Query {
    /** Writes the value, or only its size where no value is wanted; returns the status. */
    int get(long bytes, @Nullable Pointer value, long @Nullable [] size);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param call the function's name, for the message
   */
  static void check(int status, String call) {
    if (status != CL.CL_SUCCESS) {
      throw new BackendException(call + " returned " + word(status));
    }
  }

  /** Returns a status as its name and number, for example {@code CL_OUT_OF_RESOURCES (-5)}. */
  static String word(int status) {
    return CL.stringFor_errorCode(status) + " (" + status + ")";
  }

  /** Returns what a query answers. */
  static ByteBuffer bytes(String call, Query query) {
    long[] size = new long[1];
    check(query.get(0, null, size), call);
    byte[] value = new byte[Math.toIntExact(size[0])];
    if (value.length > 0) {
      check(query.get(value.length, Pointer.to(value), null), call);
    }
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
  }

  /** Returns a text about a platform. */
  static String text(cl_platform_id platform, int parameter) {
    return text(
        bytes(
            "clGetPlatformInfo",
            (bytes, value, size) -> CL.clGetPlatformInfo(platform, parameter, bytes, value, size)));
  }

  /** Returns a text about a device. */
  static String text(cl_device_id device, int parameter) {
    return text(bytes(device, parameter));
  }

  /** Returns a number about a device, whether it has four bytes or eight. */
  static long number(cl_device_id device, int parameter) {
    ByteBuffer answer = bytes(device, parameter);
    return answer.remaining() >= Long.BYTES
        ? answer.getLong()
        : Integer.toUnsignedLong(answer.getInt());
  }

  /** Returns a yes or no about a device. */
  static boolean flag(cl_device_id device, int parameter) {
    return number(device, parameter) != 0;
  }

  /**
   * Returns whatever there is about a device, or nothing if the driver does not know the question.
   */
  static Optional<ByteBuffer> answer(cl_device_id device, int parameter) {
    try {
      return Optional.of(bytes(device, parameter));
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  /** Returns whatever there is about a device. */
  static ByteBuffer bytes(cl_device_id device, int parameter) {
    return bytes(
        "clGetDeviceInfo",
        (bytes, value, size) -> CL.clGetDeviceInfo(device, parameter, bytes, value, size));
  }

  /** One line: some drivers pad with spaces, break lines or end a text twice. */
  private static String text(ByteBuffer answer) {
    String text = StandardCharsets.UTF_8.decode(answer).toString();
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip().replaceAll("\\s+", " ");
  }
}
