package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README are run as they stand there. */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```");
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void theFirstExampleClassifiesAPhotograph() throws Exception {
    Path photograph = ROOT.resolve("examples/photographs/ankle-boot-000.png");
    String printed = run(examples().get(0), photograph.toString());
    assertTrue(printed.contains("ankle-boot-000.png"), printed);
    assertTrue(printed.contains("Ankle boot"), printed);
  }

  @Test
  void theSecondExamplePrintsAPlanWithoutCopies() throws Exception {
    String printed = run(examples().get(1));
    assertTrue(printed.contains("copies 0"), printed);
  }

  private static List<String> examples() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    assertEquals(2, blocks.size(), "java examples in the README");
    return blocks;
  }

  private String run(String source, String... arguments) throws Exception {
    Path file = Files.writeString(folder.resolve("Example.java"), source);
    Path output = folder.resolve("output.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path",
                System.getProperty("java.class.path"),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                file.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the example ends");
    String printed = Files.readString(output);
    assertEquals(0, process.exitValue(), printed);
    return printed;
  }
}
