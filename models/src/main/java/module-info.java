/** Networks by name, weights and images. */
module dev.shiftwise.models {
  requires transitive dev.shiftwise.api;
  requires com.fasterxml.jackson.core;
  requires java.desktop;
  requires static transitive org.jspecify;

  exports dev.shiftwise.models;
  exports dev.shiftwise.models.io;
}
