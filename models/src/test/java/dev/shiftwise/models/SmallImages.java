package dev.shiftwise.models;

import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.DataSet;
import dev.shiftwise.tensor.Shape;

/** Images as small as the layers of a network by name allow, for tests that take their time. */
public final class SmallImages {
  private SmallImages() {}

  /** A shift by a row or column asks that the plane has two of them to the end. */
  public static Shape of(Architecture architecture) {
    boolean shifts =
        architecture.name().contains("shift") || architecture.name().contains("address");
    int side =
        architecture.dataSet().equals(DataSet.IMAGENET) ? (shifts ? 64 : 32) : (shifts ? 16 : 14);
    return new Shape(architecture.input().channels(), side, side);
  }
}
