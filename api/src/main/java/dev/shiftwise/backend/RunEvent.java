package dev.shiftwise.backend;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** JFR: a network ran once. */
@Name("dev.shiftwise.Run")
@Label("Shiftwise run")
@Category("Shiftwise")
@Description("A session ran a network")
final class RunEvent extends Event {
  @Label("Network")
  @Nullable String network;

  @Label("Batch")
  int batch;
}
