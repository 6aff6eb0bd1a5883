package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The way into the libraries of comparisons, beside {@link Downcalls}: their shapes of functions,
 * which nobody needs who compares nothing.
 */
final class LibraryCalls {
  private static final MethodHandle L_ = Downcalls.handle(JAVA_LONG);
  private static final MethodHandle I_PIIIIIIIII =
      Downcalls.handle(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
          JAVA_INT, JAVA_INT);
  private static final MethodHandle I_PIIIIII =
      Downcalls.handle(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle I_PIIIIIIII =
      Downcalls.handle(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
          JAVA_INT);
  private static final MethodHandle I_PIID =
      Downcalls.handle(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_DOUBLE);
  private static final MethodHandle I_PPPPPPPPIPPPL =
      Downcalls.handle(
          JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
          JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle I_PPPPPPPIPLPPPPPPPP =
      Downcalls.handle(
          JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT,
          ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
          ADDRESS);
  private static final MethodHandle I_PPPPPPP =
      Downcalls.handle(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle I_PIIIIIPPIPIPPII =
      Downcalls.handle(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS,
          JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);

  private LibraryCalls() {}

  static long size(MemorySegment function) {
    try {
      return (long) L_.invokeExact(function);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      int b,
      int c,
      int d,
      int e,
      int f,
      int g,
      int h,
      int i,
      int j) {
    try {
      return (int) I_PIIIIIIIII.invokeExact(function, a, b, c, d, e, f, g, h, i, j);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function, MemorySegment a, int b, int c, int d, int e, int f, int g) {
    try {
      return (int) I_PIIIIII.invokeExact(function, a, b, c, d, e, f, g);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      int b,
      int c,
      int d,
      int e,
      int f,
      int g,
      int h,
      int i) {
    try {
      return (int) I_PIIIIIIII.invokeExact(function, a, b, c, d, e, f, g, h, i);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, int b, int c, double d) {
    try {
      return (int) I_PIID.invokeExact(function, a, b, c, d);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      MemorySegment e,
      MemorySegment f,
      MemorySegment g,
      MemorySegment h,
      int i,
      MemorySegment j,
      MemorySegment k,
      MemorySegment l,
      long m) {
    try {
      return (int) I_PPPPPPPPIPPPL.invokeExact(function, a, b, c, d, e, f, g, h, i, j, k, l, m);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      MemorySegment e,
      MemorySegment f,
      MemorySegment g,
      int h,
      MemorySegment i,
      long j,
      MemorySegment k,
      MemorySegment l,
      MemorySegment m,
      MemorySegment n,
      MemorySegment o,
      MemorySegment p,
      MemorySegment q,
      MemorySegment r) {
    try {
      return (int)
          I_PPPPPPPIPLPPPPPPPP.invokeExact(
              function, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      MemorySegment e,
      MemorySegment f,
      MemorySegment g) {
    try {
      return (int) I_PPPPPPP.invokeExact(function, a, b, c, d, e, f, g);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      int b,
      int c,
      int d,
      int e,
      int f,
      MemorySegment g,
      MemorySegment h,
      int i,
      MemorySegment j,
      int k,
      MemorySegment l,
      MemorySegment m,
      int n,
      int o) {
    try {
      return (int)
          I_PIIIIIPPIPIPPII.invokeExact(function, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}
