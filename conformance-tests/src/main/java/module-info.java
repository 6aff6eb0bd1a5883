/** The conformance kit for backends. */
module dev.shiftwise.conformance {
  requires transitive dev.shiftwise.api;
  requires transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;

  exports dev.shiftwise.conformance;

  uses dev.shiftwise.backend.BackendProvider;
}
