package dev.shiftwise.models.onnx;

import java.util.List;

/** Turns a node of one operator into what its outputs stand for. */
@FunctionalInterface
interface Mapper {
  /**
   * Maps a node.
   *
   * @return what its outputs stand for, in order
   * @throws Refusal if it cannot be run, and why
   */
  List<? extends Datum> map(Call call) throws Refusal;
}
