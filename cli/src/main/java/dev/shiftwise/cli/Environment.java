package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import picocli.CommandLine.IVersionProvider;

/** What this runs on, in one line. */
final class Environment implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {describe()};
  }

  /** Returns the versions of Shiftwise, Java and the system. */
  static String describe() {
    return "Shiftwise "
        + version()
        + ", Java "
        + Runtime.version()
        + " ("
        + System.getProperty("java.vm.name")
        + "), "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors";
  }

  private static String version() {
    Module module = Backends.class.getModule();
    if (module.getDescriptor() == null) {
      return "development";
    }
    return module.getDescriptor().rawVersion().orElse("development");
  }
}
