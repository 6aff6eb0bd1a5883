/** Value-checked comparisons of the backends and their peers. */
module dev.shiftwise.bench {
  requires transitive dev.shiftwise.api;
  requires dev.shiftwise.models;
  requires com.fasterxml.jackson.databind;
  requires java.management;
  // The peer of the comparison, which need not be there.
  requires static com.microsoft.onnxruntime;
  requires jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports dev.shiftwise.bench;
  exports dev.shiftwise.bench.page;
}
