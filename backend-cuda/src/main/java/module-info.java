/** The CUDA backend through the Foreign Function and Memory API; exports nothing. */
module dev.shiftwise.backend.cuda {
  requires dev.shiftwise.api;
  requires static org.jspecify;
}
