package dev.shiftwise.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A file of kernels: a translation unit of the resources. The headers stand beside it. */
enum KernelSource {
  POINTWISE,
  CONVOLUTION,
  SLIDING,
  PIXELS,
  COPY,
  AVERAGE,
  DENSE,
  SOFTMAX,
  REARRANGE,
  RESIZE,
  /** Of comparisons alone. */
  EPILOGUE;

  private static final List<String> HEADERS = List.of("common.cuh", "tile.cuh");

  /** Returns the file's name. */
  String file() {
    return stem() + ".cu";
  }

  /** Returns the file's name without its ending. */
  String stem() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the file's text. */
  String text() {
    return text(file());
  }

  /** Returns what the files include, by name. */
  static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    HEADERS.forEach(name -> headers.put(name, text(name)));
    return headers;
  }

  private static String text(String name) {
    try (InputStream in = KernelSource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + name, e);
    }
  }
}
