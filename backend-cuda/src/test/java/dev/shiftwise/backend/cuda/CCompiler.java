package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.conformance.Required;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The C compiler of this machine; GCC or another that understands its extensions. */
final class CCompiler {
  private static final List<String> NAMES = List.of("gcc", "cc", "clang");

  private final Tool tool;

  private CCompiler(Tool tool) {
    this.tool = tool;
  }

  /** Returns it; without it the test is skipped, or fails where it is required. */
  static CCompiler installed() {
    Optional<Path> found =
        NAMES.stream().map(name -> Tool.find(name)).flatMap(Optional::stream).findFirst();
    return new CCompiler(
        new Tool(Required.present(found, "gcc", "there is no C compiler on the path")));
  }

  /** Checks a source without writing anything. */
  Tool.Outcome check(Path source, List<String> flags) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-std=gnu11", "-fsyntax-only"));
    arguments.addAll(flags);
    arguments.add(source.toString());
    return tool.run(arguments);
  }

  /**
   * Makes a library of a C file among this package's resources.
   *
   * @param macros definitions such as {@code VERSION=12000}
   */
  Path library(String resource, Path library, String... macros)
      throws IOException, InterruptedException {
    Files.createDirectories(Objects.requireNonNull(library.getParent()));
    Path source = Files.createTempFile(library.getParent(), "source", ".c");
    try (InputStream in = CCompiler.class.getResourceAsStream(resource)) {
      Files.write(source, Objects.requireNonNull(in, resource).readAllBytes());
    }
    List<String> arguments = new ArrayList<>(List.of("-shared", "-fPIC", "-o", library.toString()));
    Stream.of(macros).map(macro -> "-D" + macro).forEach(arguments::add);
    arguments.add(source.toString());
    Tool.Outcome outcome = tool.run(arguments);
    assertEquals(0, outcome.status(), outcome.messages());
    Files.delete(source);
    return library;
  }
}
