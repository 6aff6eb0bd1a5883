/** The conformance kit for backends. */
module dev.shiftwise.conformance {
  requires transitive dev.shiftwise.api;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;
  requires static transitive org.jspecify;
}
