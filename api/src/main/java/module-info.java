/**
 * Shift-based convolutional networks: views, networks, the memory plan and the backend interface.
 */
module dev.shiftwise.api {
  requires static org.jspecify;
}
