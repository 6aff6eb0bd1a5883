/** The CPU backend on the JDK Vector API; exports nothing, provides one backend. */
module dev.shiftwise.backend.cpuvector {
  requires dev.shiftwise.api;
  requires jdk.incubator.vector;
  requires java.management;
  requires static jdk.management;
  requires static org.jspecify;

  provides dev.shiftwise.backend.BackendProvider with
      dev.shiftwise.backend.cpuvector.CpuVectorProvider;
}
