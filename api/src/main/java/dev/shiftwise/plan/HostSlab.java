package dev.shiftwise.plan;

import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;
import dev.shiftwise.view.Window;
import java.lang.foreign.MemorySegment;

/**
 * The moves between a caller's feature maps and a slab in host memory, bit for bit, all by checked
 * access: staging inputs, filling guards, copying views and fetching outputs.
 *
 * <p>For backends whose slab is a segment. Image numbers count within the slab. Allocates nothing
 * once compiled by the JIT. Not synchronised: a slab has one user at a time.
 *
 * @param slab at least {@link MemoryPlan#slabBytes()} bytes
 */
public record HostSlab(MemorySegment slab) {

  /**
   * Copies one image of a caller's map to its place and fills its guards.
   *
   * @throws IllegalStateException if the caller's segment has been closed
   * @throws WrongThreadException if it belongs to another thread
   */
  public void stage(FeatureMap from, int image, Staging staging, int slabImage) {
    Placement to = staging.destination();
    long shift = slabImage * to.imagePitch();
    long source = image * from.map().source().elements();
    if (to.isDense() && isOneStretch(from.map())) {
      MemorySegment.copy(
          from.segment(),
          bytes(source + start(from.map())),
          slab,
          bytes(shift + to.offset()),
          bytes(to.shape().elements()));
      fillGuards(to, staging.guards(), slabImage);
      return;
    }
    from.map()
        .forEachPiece(
            (at, index, length) -> {
              long plane = to.shape().plane();
              for (long done = 0; done < length; ) {
                long j = at + done;
                long part = to.isDense() ? length : Math.min(length - done, plane - j % plane);
                long target = shift + to.offset() + j / plane * to.planePitch() + j % plane;
                if (index == AddressMap.NOWHERE) {
                  zero(target, part);
                } else {
                  MemorySegment.copy(
                      from.segment(),
                      bytes(source + index + done),
                      slab,
                      bytes(target),
                      bytes(part));
                }
                done += part;
              }
            });
    fillGuards(to, staging.guards(), slabImage);
  }

  /**
   * Copies one image of an output to the caller's map.
   *
   * @param to a window; never a shifted view
   * @throws IllegalStateException if the caller's segment has been closed
   * @throws WrongThreadException if it belongs to another thread
   */
  public void fetch(Source from, int slabImage, FeatureMap to, int image) {
    int first = to.asWindow().map(Window::first).orElseThrow();
    long target = image * to.map().source().elements() + first * to.map().source().plane();
    long shift = slabImage * from.placement().imagePitch();
    if (from.placement().isDense() && isOneStretch(from.map())) {
      MemorySegment.copy(
          slab,
          bytes(shift + from.placement().offset() + start(from.map())),
          to.segment(),
          bytes(target),
          bytes(from.map().shape().elements()));
      return;
    }
    from.forEachPiece(
        (at, index, length) -> {
          if (index == AddressMap.NOWHERE) {
            for (long i = 0; i < length; i++) {
              to.segment().set(Tensor.ELEMENT, bytes(target + at + i), 0f);
            }
          } else {
            MemorySegment.copy(
                slab, bytes(shift + index), to.segment(), bytes(target + at), bytes(length));
          }
        });
  }

  /** Whether a view is consecutive planes as they stand: what most maps are. */
  private static boolean isOneStretch(AddressMap map) {
    return map instanceof NormalMap normal
        && normal.spans().size() == 1
        && normal.isContiguousRing()
        && normal.spans().getFirst().read() instanceof Read.Whole;
  }

  /** Returns the element of the source that such a view starts from. */
  private static long start(AddressMap map) {
    return map.sourceIndex(0, 0);
  }

  /** Copies a view to a place in the same slab: the {@code Copy} operator. */
  public void copy(Source from, Placement to, int slabImage) {
    from.forEachPiece(
        (at, index, length) -> {
          long plane = to.shape().plane();
          for (long done = 0; done < length; ) {
            long j = at + done;
            long part = to.isDense() ? length : Math.min(length - done, plane - j % plane);
            long target =
                slabImage * to.imagePitch() + to.offset() + j / plane * to.planePitch() + j % plane;
            if (index == AddressMap.NOWHERE) {
              zero(target, part);
            } else {
              long source = slabImage * from.placement().imagePitch() + index + done;
              MemorySegment.copy(slab, bytes(source), slab, bytes(target), bytes(part));
            }
            done += part;
          }
        });
  }

  /** Fills the guards around a value that is complete. */
  public void fillGuards(Placement value, Guards guards, int slabImage) {
    if (guards.isEmpty()) {
      return;
    }
    long shift = slabImage * value.imagePitch();
    for (int i = 0; i < guards.ringCopies().size(); i++) {
      Guards.RingCopy ring = guards.ringCopies().get(i);
      MemorySegment.copy(
          slab, bytes(shift + ring.from()), slab, bytes(shift + ring.to()), bytes(ring.count()));
    }
    if (guards.gap() > 0) {
      for (int c = 0; c <= value.shape().channels(); c++) {
        zero(shift + value.plane(c) - guards.gap(), guards.gap());
      }
    }
    for (int i = 0; i < guards.deadBorders().size(); i++) {
      Guards.DeadBorder dead = guards.deadBorders().get(i);
      for (int c = dead.firstPlane(); c < dead.firstPlane() + dead.planes(); c++) {
        killBorder(shift + value.plane(c), value, dead.by());
      }
    }
  }

  private void killBorder(long plane, Placement value, Displacement by) {
    int height = value.shape().height();
    int width = value.shape().width();
    long rows = Math.abs(by.dy());
    if (rows > 0) {
      zero(plane + (by.dy() > 0 ? 0 : height - rows) * width, rows * width);
    }
    int columns = Math.abs(by.dx());
    if (columns > 0) {
      int first = by.dx() > 0 ? 0 : width - columns;
      for (int y = 0; y < height; y++) {
        zero(plane + (long) y * width + first, columns);
      }
    }
  }

  private void zero(long element, long count) {
    for (long i = 0; i < count; i++) {
      slab.set(Tensor.ELEMENT, bytes(element + i), 0f);
    }
  }

  private static long bytes(long elements) {
    return elements * Float.BYTES;
  }
}
