package dev.shiftwise.backend.cpuvector;

/**
 * Vector loops for the activations that are more than two bounds. Addresses are absolute, counts
 * are elements; in place if {@code in} and {@code out} are the same.
 */
interface ActivationKernels {

  /** {@code out = in * min(max(in + 3, 0), 6) / 6}. */
  void hardSwish(long in, long out, long count);

  /** {@code out = in < 0 ? slope * in : in}. */
  void leakyRelu(long in, long out, long count, float slope);

  /** {@code out = min(max(alpha * in + beta, 0), 1)}. */
  void hardSigmoid(long in, long out, long count, float alpha, float beta);

  /** {@code out = 1 / (1 + exp(-in))}. */
  void sigmoid(long in, long out, long count);

  /** {@code out = sqrt(in)}. */
  void squareRoot(long in, long out, long count);

  /** {@code out = log(in)}. */
  void logarithm(long in, long out, long count);

  /** {@code out = erf(in)}. */
  void errorFunction(long in, long out, long count);

  /** {@code out = in * (1 + erf(in / sqrt(2))) / 2}. */
  void gelu(long in, long out, long count);
}
