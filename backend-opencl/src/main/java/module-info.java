/** The OpenCL backend on JOCL; exports nothing, provides one backend. */
module dev.shiftwise.backend.opencl {
  requires dev.shiftwise.api;
  // JOCL logs, and has no descriptor that says so.
  requires java.logging;
  requires jocl;
  requires java.management;
  requires jdk.management;
  requires static org.jspecify;

  provides dev.shiftwise.backend.BackendProvider with
      dev.shiftwise.backend.opencl.OpenClProvider;
}
