/** The command shiftwise. */
module dev.shiftwise.cli {
  requires dev.shiftwise.api;
  requires dev.shiftwise.bench;
  requires dev.shiftwise.conformance;
  requires dev.shiftwise.models;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires static org.jspecify;
}
