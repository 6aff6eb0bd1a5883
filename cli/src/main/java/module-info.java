/** The command shiftwise. */
module dev.shiftwise.cli {
  requires com.fasterxml.jackson.databind;
  requires dev.shiftwise.api;
  requires dev.shiftwise.bench;
  requires dev.shiftwise.conformance;
  requires dev.shiftwise.models;
  requires info.picocli;
  requires java.logging;
  requires me.tongfei.progressbar;
  requires static transitive org.jspecify;

  opens dev.shiftwise.cli to
      com.fasterxml.jackson.databind,
      info.picocli;
}
