package dev.shiftwise.models.onnx;

/**
 * What a name of the graph stands for while a model is read: a constant or a feature map.
 *
 * <p>Where the batch is left open one dimension of a value may count its images, which a network
 * does not know. There is then what one image has of it; along that dimension one image's rows
 * stand behind the other's.
 */
sealed interface Datum permits Constant, Feature {

  /** Returns the ONNX dimensions; the one along the batch counts per image. */
  int[] dims();

  /**
   * Returns the dimension along which the batch stands, or -1 if none does. For feature maps it
   * says something only in an attempt in which there is a batch.
   */
  int batchAxis();

  /** Returns the same elements with the batch along another dimension. */
  Datum withBatchAxis(int axis);

  /** Returns the number of dimensions. */
  default int rank() {
    return dims().length;
  }
}
