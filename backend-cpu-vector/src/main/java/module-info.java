/** The CPU backend on the JDK Vector API; exports nothing, provides one backend. */
module dev.shiftwise.backend.cpuvector {
  requires dev.shiftwise.api;
  requires jdk.incubator.vector;
  requires static org.jspecify;
}
