import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Run by the build: writes down which commit this is and whether tracked files differ from it, so
 * that results can name what was measured. Where there is no git, or no repository, it writes an
 * empty file. It asks git itself, since readers of its files misread linked working trees.
 */
final class WriteCommit {
  private WriteCommit() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    String text =
        git("rev-parse", "HEAD")
            .flatMap(
                commit ->
                    git("status", "--porcelain", "--untracked-files=no")
                        .map(
                            changes ->
                                "commit=" + commit + "\nmodified=" + !changes.isEmpty() + "\n"))
            .orElse("");
    Files.createDirectories(file.getParent());
    // What is as it was keeps its date.
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private static Optional<String> git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
