package dev.shiftwise.models.networks;

import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import java.util.ArrayList;
import java.util.List;

/**
 * The address shift as the kernels of ShiftNet's authors have it ({@code shiftnet_cuda_v2}): the
 * channels take the directions of a square kernel in turn, row by row, as many times as they do so
 * without remainder; the rest stay.
 *
 * <p>SPEC SHIFT-06 gives each direction one run of channels instead, which is the same network with
 * the channels in another order. Here the order is the authors', so that their weights fit.
 */
final class ModuloShift {
  private ModuloShift() {}

  static AddressShift of(Border border, int channels, int size) {
    int directions = size * size;
    int moved = channels / directions * directions;
    List<AddressShift.Run> runs = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      Displacement by =
          c < moved
              ? new Displacement(c / size % size - size / 2, c % size - size / 2)
              : Displacement.STAY;
      runs.add(new AddressShift.Run(1, by));
    }
    return new AddressShift(border, runs);
  }
}
