package dev.shiftwise.network;

/**
 * The function applied to an operator's result just before it is stored (SPEC section 3). NaN stays
 * NaN through each; infinities follow the formulas in IEEE arithmetic.
 */
public sealed interface Activation {
  /** The value itself. */
  Activation NONE = new Clip(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** {@code max(z, 0)}. */
  Activation RELU = new Clip(0, Float.POSITIVE_INFINITY);

  /** {@code min(max(z, 0), 6)}. */
  Activation RELU6 = new Clip(0, 6);

  /** {@code 1 / (1 + exp(-z))}. */
  Activation SIGMOID = new Sigmoid();

  /** {@code min(max(z / 6 + 0.5, 0), 1)}, MobileNet v3's and PyTorch's. */
  Activation HARD_SIGMOID = new HardSigmoid(1f / 6, 0.5f);

  /** {@code z * min(max(z + 3, 0), 6) / 6}. */
  Activation HARD_SWISH = new HardSwish();

  /** {@code sqrt(z)}. */
  Activation SQUARE_ROOT = new SquareRoot();

  /** {@code log(z)}, the natural logarithm. */
  Activation LOGARITHM = new Logarithm();

  /** {@code erf(z)}, the error function. */
  Activation ERROR_FUNCTION = new ErrorFunction();

  /** {@code z * (1 + erf(z / sqrt(2))) / 2}. */
  Activation GELU = new Gelu();

  /** Returns the function's value, computed in double precision: the definition. */
  double apply(double z);

  /**
   * {@code min(max(z, low), high)}: none, ReLU, ReLU6 and every other pair of bounds.
   *
   * @param low the least result; minus infinity for no lower bound
   * @param high the largest result, at least {@code low}; infinity for no upper bound
   */
  record Clip(float low, float high) implements Activation {

    /**
     * Checks the bounds. A lower bound of -0 becomes +0.
     *
     * @throws IllegalArgumentException if a bound is NaN or the lower one is above the upper
     */
    public Clip {
      if (!(low <= high)) {
        throw new IllegalArgumentException("low is " + low + ", wanted at most high = " + high);
      }
      low += 0f;
      high += 0f;
    }

    @Override
    public double apply(double z) {
      return Math.min(Math.max(z, low), high);
    }
  }

  /**
   * {@code z} where it is at least 0, else {@code slope * z}.
   *
   * @param slope the factor of what is below 0; finite
   */
  record LeakyRelu(float slope) implements Activation {

    /**
     * Checks the slope.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public LeakyRelu {
      Checks.requireFinite("slope", slope);
    }

    @Override
    public double apply(double z) {
      return z < 0 ? slope * z : z;
    }
  }

  /** {@code 1 / (1 + exp(-z))}. */
  record Sigmoid() implements Activation {

    @Override
    public double apply(double z) {
      return 1 / (1 + Math.exp(-z));
    }
  }

  /**
   * {@code min(max(alpha * z + beta, 0), 1)}.
   *
   * @param alpha the slope; finite
   * @param beta the value at 0; finite
   */
  record HardSigmoid(float alpha, float beta) implements Activation {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite
     */
    public HardSigmoid {
      Checks.requireFinite("alpha", alpha);
      Checks.requireFinite("beta", beta);
    }

    @Override
    public double apply(double z) {
      return Math.min(Math.max(alpha * z + beta, 0), 1);
    }
  }

  /** {@code z * min(max(z + 3, 0), 6) / 6}. */
  record HardSwish() implements Activation {

    @Override
    public double apply(double z) {
      return z * Math.min(Math.max(z + 3, 0), 6) / 6;
    }
  }

  /** {@code sqrt(z)}; NaN below 0. */
  record SquareRoot() implements Activation {

    @Override
    public double apply(double z) {
      return Math.sqrt(z);
    }
  }

  /** {@code log(z)}, the natural logarithm; minus infinity of 0, NaN below. */
  record Logarithm() implements Activation {

    @Override
    public double apply(double z) {
      return Math.log(z);
    }
  }

  /** {@code erf(z)}, the error function: twice the integral of {@code exp(-t * t)} over root pi. */
  record ErrorFunction() implements Activation {

    @Override
    public double apply(double z) {
      return GaussError.of(z);
    }
  }

  /** {@code z * (1 + erf(z / sqrt(2))) / 2}, the exact form. */
  record Gelu() implements Activation {

    @Override
    public double apply(double z) {
      return z * (1 + GaussError.of(z * Math.sqrt(0.5))) / 2;
    }
  }
}
