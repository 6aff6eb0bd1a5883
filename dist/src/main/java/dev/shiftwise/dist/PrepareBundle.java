package dev.shiftwise.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the Java runtime of the bundle, and the lists of modules that get native access. Runs in
 * the build on the jars of its own class path.
 */
public final class PrepareBundle {
  /** The file that a launcher reads. */
  private static final String NATIVE_ACCESS = "native-access";

  private PrepareBundle() {}

  /**
   * Runs it.
   *
   * @param arguments folder of the Java runtime, which must not be there; folder of the settings;
   *     folder with the jars of the peers
   */
  public static void main(String[] arguments) throws IOException {
    Path java = Path.of(arguments[0]);
    Path settings = Files.createDirectories(Path.of(arguments[1]));
    Path peersFolder = Path.of(arguments[2]);
    ModulePath libraries = ModulePath.ofClassPath(System.getProperty("java.class.path"));
    ModulePath peers = ModulePath.ofFolder(peersFolder);

    link(libraries.and(peers), java);
    Files.writeString(settings.resolve(NATIVE_ACCESS), libraries.nativeAccess() + "\n");
    Files.writeString(peersFolder.resolve(NATIVE_ACCESS), peers.nativeAccess() + "\n");
  }

  private static void link(ModulePath modules, Path java) {
    JdkTool.run(
        "jlink",
        List.of(
            "--add-modules",
            String.join(",", modules.jdkModules()),
            "--output",
            java.toString(),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            // xz packs what is not packed yet far better: 22 MB in place of 36.
            "--compress",
            "zip-0",
            // A tenth of a second at every start, for 5 MB.
            "--generate-cds-archive"));
  }
}
