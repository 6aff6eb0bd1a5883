package dev.shiftwise.backend;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** JFR: a network was planned and loaded. */
@Name("dev.shiftwise.Compile")
@Label("Shiftwise compile")
@Category("Shiftwise")
@Description("A network was planned and loaded on a device")
final class CompileEvent extends Event {
  @Label("Network")
  @Nullable String network;

  @Label("Backend")
  @Nullable String backend;

  @Label("Steps")
  int steps;

  @Label("Slab bytes")
  long slabBytes;
}
