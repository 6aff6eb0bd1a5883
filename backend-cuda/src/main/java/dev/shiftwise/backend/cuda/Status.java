package dev.shiftwise.backend.cuda;

/** What becomes of a status that nothing can be done about. */
final class Status {
  private static final System.Logger LOG = System.getLogger(Status.class.getName());

  private Status() {}

  /**
   * Notes a release that failed. After a launch has failed all do, and what is to be told has been
   * told by then.
   */
  static void note(CudaDriver driver, int result, String call) {
    if (result != CudaConstants.CUDA_SUCCESS) {
      note(call, driver.word(result));
    }
  }

  /** Notes a call that failed, with its status in words. */
  static void note(String call, String status) {
    LOG.log(System.Logger.Level.DEBUG, "{0} returned {1}", call, status);
  }
}
