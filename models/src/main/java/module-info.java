/** Networks by name, weights and images. */
module dev.shiftwise.models {
  requires transitive dev.shiftwise.api;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires java.desktop;
  requires static org.jspecify;
}
