package dev.shiftwise.models.onnx;

/** What a name of the graph stands for while a model is read: a constant or a feature map. */
sealed interface Datum permits Constant, Feature {

  /** Returns the ONNX dimensions; a feature map's first one counts per image of the batch. */
  int[] dims();

  /** Returns the number of dimensions. */
  default int rank() {
    return dims().length;
  }
}
