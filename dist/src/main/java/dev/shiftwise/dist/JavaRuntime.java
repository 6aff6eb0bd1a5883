package dev.shiftwise.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the Java runtime of the bundle: the modules of the JDK that the jars on its own class path
 * need, and those that the peers need if somebody adds them.
 */
public final class JavaRuntime {
  private JavaRuntime() {}

  /**
   * Runs jlink.
   *
   * @param arguments folder of the runtime, which must not be there; folder with the peers' jars
   */
  public static void main(String[] arguments) throws IOException {
    ModulePath libraries = ModulePath.ofClassPath(System.getProperty("java.class.path"));
    ModulePath peers = ModulePath.ofFolder(Path.of(arguments[1]));
    JdkTool.run(
        "jlink",
        List.of(
            "--add-modules",
            String.join(",", libraries.and(peers).jdkModules()),
            "--output",
            arguments[0],
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
