package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A translation unit given to NVRTC. Not for more than one thread. */
final class NvrtcProgram implements AutoCloseable {
  private final Nvrtc nvrtc;
  private final String name;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment reference;

  /**
   * Hands a source over.
   *
   * @param name the file's name, for the compiler's messages
   * @param headers what the source may include, by the name in its {@code #include}
   * @throws BackendException if NVRTC refuses
   */
  NvrtcProgram(Nvrtc nvrtc, String name, String source, Map<String, String> headers) {
    this.nvrtc = nvrtc;
    this.name = name;
    this.reference = arena.allocate(ADDRESS);
    List<Map.Entry<String, String>> included = List.copyOf(headers.entrySet());
    int result =
        nvrtc.nvrtcCreateProgram(
            reference,
            arena.allocateFrom(source),
            arena.allocateFrom(name),
            included.size(),
            texts(included.stream().map(Map.Entry::getValue).toList()),
            texts(included.stream().map(Map.Entry::getKey).toList()));
    if (result != Nvrtc.NVRTC_SUCCESS) {
      arena.close();
    }
    nvrtc.check(result, "nvrtcCreateProgram(" + name + ")");
  }

  private MemorySegment handle() {
    return reference.get(ADDRESS, 0);
  }

  private MemorySegment texts(Collection<String> texts) {
    if (texts.isEmpty()) {
      return MemorySegment.NULL;
    }
    MemorySegment array = arena.allocate(ADDRESS, texts.size());
    long index = 0;
    for (String text : texts) {
      array.setAtIndex(ADDRESS, index++, arena.allocateFrom(text));
    }
    return array;
  }

  /**
   * Compiles for one architecture of device, which the options name.
   *
   * @return the CUBIN
   * @throws BackendException with the compiler's own words if it does not compile
   */
  byte[] compile(List<String> options) {
    int result = nvrtc.nvrtcCompileProgram(handle(), options.size(), texts(options));
    if (result != Nvrtc.NVRTC_SUCCESS) {
      throw new BackendException(
          "kernel '" + name + "' does not compile: " + nvrtc.word(result) + ": " + log());
    }
    MemorySegment size = arena.allocate(JAVA_LONG);
    nvrtc.check(nvrtc.nvrtcGetCUBINSize(handle(), size), "nvrtcGetCUBINSize(" + name + ")");
    MemorySegment cubin = arena.allocate(size.get(JAVA_LONG, 0));
    nvrtc.check(nvrtc.nvrtcGetCUBIN(handle(), cubin), "nvrtcGetCUBIN(" + name + ")");
    return cubin.toArray(JAVA_BYTE);
  }

  /** Returns the compiler's messages; empty if there are none. */
  String log() {
    MemorySegment size = arena.allocate(JAVA_LONG);
    nvrtc.check(nvrtc.nvrtcGetProgramLogSize(handle(), size), "nvrtcGetProgramLogSize");
    // Some versions count the closing zero, and an empty log may have none.
    MemorySegment log = arena.allocate(size.get(JAVA_LONG, 0) + 1);
    nvrtc.check(nvrtc.nvrtcGetProgramLog(handle(), log), "nvrtcGetProgramLog");
    return log.getString(0).strip();
  }

  @Override
  public void close() {
    try (arena) {
      nvrtc.check(nvrtc.nvrtcDestroyProgram(reference), "nvrtcDestroyProgram(" + name + ")");
    }
  }
}
