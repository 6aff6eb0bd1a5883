/** The CUDA backend through the Foreign Function and Memory API; exports nothing. */
module dev.shiftwise.backend.cuda {
  requires dev.shiftwise.api;
  requires static org.jspecify;

  provides dev.shiftwise.backend.BackendProvider with
      dev.shiftwise.backend.cuda.CudaProvider;
}
