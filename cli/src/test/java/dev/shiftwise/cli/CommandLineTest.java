package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Misuse, help and spelling. */
final class CommandLineTest {
  static Stream<String> commands() {
    return new CommandLine(new Shiftwise(() -> Providers.none()))
        .getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    String help = Cli.run(command, "--help").requireSuccess().out();
    assertTrue(help.contains("Usage: shiftwise " + command), help);
    assertTrue(help.contains("Example:\n  shiftwise " + command), help);
    assertTrue(help.contains("--verbose"), help);
  }

  @Test
  void rootHelpNamesEveryCommandAndTheExitCodes() {
    String help = Cli.run("--help").requireSuccess().out();
    commands().forEach(command -> assertTrue(help.contains("\n  " + command + " "), help));
    assertTrue(help.contains("Exit codes:\n  0   "), help);
    assertTrue(help.contains("Example:\n  shiftwise "), help);
  }

  @Test
  void versionNamesTheJvm() {
    assertTrue(Cli.run("--version").requireSuccess().out().contains("Java 25"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          devices --what                               | Unknown option: '--what'
          classify                                     | Missing required parameter: 'IMAGE'
          classify x.png --modl y                      | did you mean --model?
          classify x.png --model addressnet-fasion     | did you mean addressnet-fashion?
          classify x.png --model addressnet-imagenet   | no trained weights ship for 'addressnet-imagenet'
          classify x.png --top 0                       | --top is 0, wanted 1 to the model's 10 classes
          classify x.png --top 11                      | --top is 11, wanted 1 to the model's 10 classes
          classify x.png --top many                    | 'many' is not an int
          classify x.png --mean 1;2                    | --mean is '1;2', wanted numbers with commas between
          classify x.png --mean 1,2,3                  | --mean: found [1.0, 2.0, 3.0], wanted 1
          classify x.png --std 0                       | --std: found [0.0], wanted 1
          classify x.png --std x                       | --std is 'x', wanted numbers with commas between
          classify x.png --resize 0                    | --resize is '0', wanted such as 256 or 224x192
          classify x.png --resize 27                   | --resize: found 27, wanted 28 or more
          classify x.png --resize 28x27                | --resize: found 28x27, wanted 28x28 or more
          classify x.png --interpolation nearest       | expected one of [BILINEAR, BICUBIC]
          classify x.png --labels ../mvnw              | --labels: found
          classify x.png --size h=2                    | --size is given for 'addressnet-fashion', wanted an .onnx file
          run x.onnx --input x --output y --size h=0   | --size h is 0, wanted at least 1
          run x.onnx --input x --output y --size h     | --size
          classify x.png --batch 0                     | --batch is 0, wanted at least 1
          classify x.png --threads 0                   | --threads is 0, wanted at least 1
          classify x.png --backend cuda                | --backend is 'cuda', wanted one of [
          classify x.png --device gpu7                 | --device is 'gpu7', wanted one of [
          evaluate                                     | Missing required option: '--data=DIR'
          evaluate --data . --split validation         | expected one of [TEST, TRAIN]
          evaluate --data . --limit 0                  | --limit is 0, wanted at least 1
          run                                          | Missing required
          run no-such-model --input x.npy --output y   | found 'no-such-model', wanted a .safetensors or .onnx file
          """)
  void misuseIsOneLineAndExitCode2(String arguments, String message) {
    Cli run = Cli.run(arguments.split(" +")).requireError(2);
    assertTrue(run.err().startsWith("shiftwise: "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertTrue(run.err().contains("--help'"), run.err());
  }

  @Test
  void noCommandAndUnknownCommandsAreMisuse() {
    assertTrue(Cli.run().requireError(2).err().contains("wanted one of devices"));
    assertTrue(Cli.run("clasify", "x.png").requireError(2).err().contains("classify"));
  }

  @Test
  void misuseShowsAStackTraceOnlyIfAsked() {
    Cli run = Cli.run("classify", "x.png", "--top", "99", "--verbose");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("\tat dev.shiftwise.cli."), run.err());
  }

  @Test
  void spellingFindsNeighboursOnly() {
    List<String> names = List.of("addressnet-fashion", "addressnet-cifar100-20", "other");
    assertEquals(List.of("addressnet-fashion"), Spelling.closest("AddressNet_Fashion", names));
    assertEquals(List.of(), Spelling.closest("resnet50", names));
    assertEquals(3, Spelling.distance("kitten", "sitting"));
    assertEquals(4, Spelling.distance("", "four"));
  }
}
