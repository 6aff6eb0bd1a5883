/**
 * Shift-based convolutional networks: views, networks, the memory plan and the backend interface.
 */
module dev.shiftwise.api {
  requires jdk.jfr;
  requires static transitive org.jspecify;

  exports dev.shiftwise.backend;
  exports dev.shiftwise.network;
  exports dev.shiftwise.plan;
  exports dev.shiftwise.tensor;
  exports dev.shiftwise.view;

  uses dev.shiftwise.backend.BackendProvider;
}
