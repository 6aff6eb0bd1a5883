/** Networks by name, weights and images. */
module dev.shiftwise.models {
  requires transitive dev.shiftwise.api;
  requires com.fasterxml.jackson.core;
  requires com.google.protobuf;
  requires java.desktop;
  requires org.tribuo.util.onnx;
  requires static transitive org.jspecify;

  exports dev.shiftwise.models;
  exports dev.shiftwise.models.io;
  exports dev.shiftwise.models.networks;
  exports dev.shiftwise.models.onnx;
}
