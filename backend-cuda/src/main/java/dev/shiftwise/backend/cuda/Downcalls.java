package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The way into C, a handle for each shape of function: what it returns and what it takes, of I for
 * {@code int}, L for eight bytes, P for a pointer. The Java types of a call choose the shape, so
 * that a function's method in Java is also its descriptor.
 *
 * <p>Every handle takes the function's address first: nothing here belongs to a library.
 */
final class Downcalls {
  private static final MethodHandle I_I = handle(JAVA_INT, JAVA_INT);
  private static final MethodHandle I_P = handle(JAVA_INT, ADDRESS);
  private static final MethodHandle I_L = handle(JAVA_INT, JAVA_LONG);
  private static final MethodHandle I_IP = handle(JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle I_PI = handle(JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle I_PP = handle(JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle I_PL = handle(JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle I_PII = handle(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle I_PIP = handle(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle I_PPP = handle(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle I_PPL = handle(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle I_PLI = handle(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle I_PLL = handle(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle I_LPL = handle(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle I_LPLP =
      handle(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle I_PLLP =
      handle(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle I_LILP =
      handle(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle I_PPPIPP =
      handle(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle I_PIIIIIIIPPP =
      handle(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
          ADDRESS, ADDRESS, ADDRESS);

  private static final MethodHandle P_ = handle(ADDRESS);
  private static final MethodHandle P_I = handle(ADDRESS, JAVA_INT);
  private static final MethodHandle P_PI = handle(ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle P_PP = handle(ADDRESS, ADDRESS, ADDRESS);

  private Downcalls() {}

  @SuppressWarnings("restricted")
  static MethodHandle handle(MemoryLayout result, MemoryLayout... arguments) {
    return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(result, arguments));
  }

  static int call(MemorySegment function, int a) {
    try {
      return (int) I_I.invokeExact(function, a);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a) {
    try {
      return (int) I_P.invokeExact(function, a);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, long a) {
    try {
      return (int) I_L.invokeExact(function, a);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, int a, MemorySegment b) {
    try {
      return (int) I_IP.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, int b) {
    try {
      return (int) I_PI.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, MemorySegment b) {
    try {
      return (int) I_PP.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, long b) {
    try {
      return (int) I_PL.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, int b, int c) {
    try {
      return (int) I_PII.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, int b, MemorySegment c) {
    try {
      return (int) I_PIP.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      return (int) I_PPP.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, MemorySegment b, long c) {
    try {
      return (int) I_PPL.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, long b, int c) {
    try {
      return (int) I_PLI.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, long b, long c) {
    try {
      return (int) I_PLL.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, long a, MemorySegment b, long c) {
    try {
      return (int) I_LPL.invokeExact(function, a, b, c);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, long a, MemorySegment b, long c, MemorySegment d) {
    try {
      return (int) I_LPLP.invokeExact(function, a, b, c, d);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, MemorySegment a, long b, long c, MemorySegment d) {
    try {
      return (int) I_PLLP.invokeExact(function, a, b, c, d);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(MemorySegment function, long a, int b, long c, MemorySegment d) {
    try {
      return (int) I_LILP.invokeExact(function, a, b, c, d);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      int d,
      MemorySegment e,
      MemorySegment f) {
    try {
      return (int) I_PPPIPP.invokeExact(function, a, b, c, d, e, f);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static int call(
      MemorySegment function,
      MemorySegment a,
      int b,
      int c,
      int d,
      int e,
      int g,
      int h,
      int i,
      MemorySegment j,
      MemorySegment k,
      MemorySegment l) {
    try {
      return (int) I_PIIIIIIIPPP.invokeExact(function, a, b, c, d, e, g, h, i, j, k, l);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static MemorySegment address(MemorySegment function) {
    try {
      return (MemorySegment) P_.invokeExact(function);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static MemorySegment address(MemorySegment function, int a) {
    try {
      return (MemorySegment) P_I.invokeExact(function, a);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static MemorySegment address(MemorySegment function, MemorySegment a, int b) {
    try {
      return (MemorySegment) P_PI.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  static MemorySegment address(MemorySegment function, MemorySegment a, MemorySegment b) {
    try {
      return (MemorySegment) P_PP.invokeExact(function, a, b);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** Returns the text that a C function returned the address of. */
  @SuppressWarnings("restricted")
  static String text(MemorySegment address) {
    return address.reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** C throws nothing; what is left is an argument that the JVM refuses, such as closed memory. */
  static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException refused -> refused;
      case Error failed -> throw failed;
      default -> new IllegalStateException(thrown);
    };
  }
}
