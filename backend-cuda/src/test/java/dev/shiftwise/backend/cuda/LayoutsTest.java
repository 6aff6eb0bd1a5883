package dev.shiftwise.backend.cuda;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The structs of the kernels are what a C++ compiler makes of the {@code .cu} files. */
final class LayoutsTest {
  private static final Path RESOURCES =
      Path.of("src/main/resources/dev/shiftwise/backend/cuda").toAbsolutePath();

  private static final Path PRELUDE = Path.of("src/test/cpp/prelude.h").toAbsolutePath();

  private static final Map<KernelSource, List<StructLayout>> STRUCTS =
      Map.ofEntries(
          entry(KernelSource.EPILOGUE, List.of(Layouts.EPILOGUE)),
          entry(KernelSource.REARRANGE, List.of(Layouts.REARRANGE, Layouts.AXIS)),
          entry(KernelSource.RESIZE, List.of(Layouts.RESIZE, Layouts.BLEND)),
          entry(
              KernelSource.POINTWISE,
              List.of(
                  Layouts.POINTWISE,
                  Layouts.SUMS,
                  Layouts.SOURCE,
                  Layouts.TARGET,
                  Layouts.ACTIVATION)),
          entry(KernelSource.CONVOLUTION, List.of(Layouts.CONVOLUTION, Layouts.TAP)),
          entry(KernelSource.SLIDING, List.of(Layouts.SLIDING)),
          entry(KernelSource.PIXELS, List.of(Layouts.PIXELS, Layouts.ARITHMETIC, Layouts.OPERAND)),
          entry(KernelSource.COPY, List.of(Layouts.COPY, Layouts.PIECE)),
          entry(KernelSource.AVERAGE, List.of(Layouts.PLANE_AVERAGE)),
          entry(KernelSource.DENSE, List.of(Layouts.DENSE)),
          entry(KernelSource.SOFTMAX, List.of(Layouts.SOFTMAX)));

  @TempDir private Path folder;

  private Tool.Outcome check(KernelSource source, String assertions)
      throws IOException, InterruptedException {
    Path file = folder.resolve("check.cpp");
    Files.writeString(
        file, "#include \"" + PRELUDE + "\"\n#include \"" + source.file() + "\"\n" + assertions);
    return Tool.installed("g++")
        .run(List.of("-std=c++17", "-fsyntax-only", "-w", "-I", RESOURCES.toString(), file + ""));
  }

  private static void addAssertions(StringBuilder to, StructLayout struct) {
    String name = struct.name().orElseThrow();
    to.append("static_assert(sizeof(" + name + ") == " + struct.byteSize() + ", \"size\");\n");
    long fields = 0;
    for (MemoryLayout field : struct.memberLayouts()) {
      if (!(field instanceof PaddingLayout)) {
        addFields(to, struct, name, field.name().orElseThrow(), field);
        fields++;
      }
    }
    // Neither more nor fewer: what has another number of initialisers is another type.
    to.append("constexpr auto fieldsOf" + name + " = [](" + name + "& it) { auto& [");
    for (int i = 0; i < fields; i++) {
      to.append(i == 0 ? "f" : ", f").append(i);
    }
    to.append("] = it; };\n");
  }

  private static void addFields(
      StringBuilder to, StructLayout struct, String name, String path, MemoryLayout field) {
    long offset =
        struct.byteOffset(
            List.of(path.split("\\.", -1)).stream()
                .map(PathElement::groupElement)
                .toArray(PathElement[]::new));
    String member = name + ", " + path;
    to.append("static_assert(__builtin_offsetof(" + member + ") == " + offset + ", \"place\");\n");
    to.append(
        "static_assert(sizeof((("
            + name
            + "*)nullptr)->"
            + path
            + ") == "
            + field.byteSize()
            + ", \"size\");\n");
    if (field instanceof GroupLayout group) {
      for (MemoryLayout inner : group.memberLayouts()) {
        if (!(inner instanceof PaddingLayout)) {
          addFields(to, struct, name, path + "." + inner.name().orElseThrow(), inner);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void structsAreTheSame(KernelSource source) throws IOException, InterruptedException {
    StringBuilder assertions = new StringBuilder();
    STRUCTS.getOrDefault(source, List.of()).forEach(struct -> addAssertions(assertions, struct));
    assertNotEquals("", assertions.toString());
    assertEquals(new Tool.Outcome(0, ""), check(source, assertions.toString()));
  }

  /** Were a wrong size not noticed, the test above would say nothing. */
  @Test
  void anotherSizeIsNoticed() throws IOException, InterruptedException {
    assertNotEquals(
        0, check(KernelSource.DENSE, "static_assert(sizeof(Dense) == 1, \"size\");\n").status());
  }
}
