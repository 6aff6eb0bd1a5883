package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A batch of images in memory, or a view of one: a segment and the address every element is read
 * from (SPEC sections 1 and 2).
 *
 * <p>The memory is dense: image after image, channel after channel, row after row, float32 in
 * little-endian order. {@link #channelShift}, {@link #addressShift} and {@link #window} return
 * views of the same segment: they take constant time in the number of elements and move no byte.
 * {@link #copyTo} is the only place where bytes move.
 *
 * <p>Ownership: a feature map owns nothing; whoever made the segment closes it. Threads: as the
 * segment; two threads may read one map.
 */
public final class FeatureMap {
  private final MemorySegment segment;
  private final int batch;
  private final AddressMap map;

  /** Asked for in every run, where nothing may be allocated. */
  private final Optional<Window> window;

  private FeatureMap(MemorySegment segment, int batch, AddressMap map) {
    this.segment = segment;
    this.batch = batch;
    this.map = map;
    this.window = map instanceof NormalMap normal ? normal.asWindow() : Optional.empty();
  }

  /**
   * Returns a feature map over a segment.
   *
   * @param segment heap or native memory of at least {@code batch * shape.elements() * 4} bytes
   * @param batch number of images, at least 1
   * @param shape shape of one image
   * @throws IllegalArgumentException if the batch is below 1 or the segment too small
   */
  public static FeatureMap of(MemorySegment segment, int batch, Shape shape) {
    Objects.requireNonNull(shape, "shape");
    long wanted = byteSize(batch, shape);
    if (segment.byteSize() < wanted) {
      throw new IllegalArgumentException(
          "segment has "
              + segment.byteSize()
              + " bytes, wanted at least "
              + wanted
              + " for "
              + batch
              + " x "
              + shape);
    }
    return new FeatureMap(segment.asSlice(0, wanted), batch, AddressMap.identity(shape));
  }

  /**
   * Returns a feature map over a heap array; it writes through.
   *
   * @throws IllegalArgumentException if the batch is below 1 or the array too short
   */
  public static FeatureMap of(float[] values, int batch, Shape shape) {
    return of(MemorySegment.ofArray(values), batch, shape);
  }

  /**
   * Returns a new feature map of zeros, aligned to a cache line.
   *
   * @param allocator where the memory comes from, usually an {@link Arena}, which frees it
   * @throws IllegalArgumentException if the batch is below 1
   */
  public static FeatureMap allocate(SegmentAllocator allocator, int batch, Shape shape) {
    return of(allocator.allocate(byteSize(batch, shape), 64), batch, shape);
  }

  /**
   * Returns the bytes that a dense feature map takes.
   *
   * @throws IllegalArgumentException if the batch is below 1 or the size overflows a long
   */
  public static long byteSize(int batch, Shape shape) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", wanted at least 1");
    }
    long elements = shape.elements();
    if (Math.multiplyHigh(elements, 4L * batch) != 0 || elements * 4L * batch < 0) {
      throw new IllegalArgumentException(
          "batch is " + batch + ", wanted one whose images of " + shape + " fit a long in bytes");
    }
    return elements * 4L * batch;
  }

  /** Returns the memory; views share it. */
  public MemorySegment segment() {
    return segment;
  }

  /** Returns the number of images. */
  public int batch() {
    return batch;
  }

  /** Returns the shape of one image of this view. */
  public Shape shape() {
    return map.shape();
  }

  /** Returns where one image's elements are read from, within one image of the memory. */
  public AddressMap map() {
    return map;
  }

  /** Returns this map with its channels rotated (SPEC section 1); nothing moves. */
  public FeatureMap channelShift(long by) {
    return then(new ChannelShift(by));
  }

  /**
   * Returns this map with runs of channels displaced (SPEC section 1); nothing moves.
   *
   * @throws IllegalArgumentException if the runs do not cover the channels or a displacement is as
   *     large as the plane
   */
  public FeatureMap addressShift(Border border, List<AddressShift.Run> runs) {
    return then(new AddressShift(border, runs));
  }

  /**
   * Returns a window of this map's channels; nothing moves.
   *
   * @throws IllegalArgumentException if the window leaves the map
   */
  public FeatureMap window(int first, int count) {
    return then(new Window(first, count));
  }

  /**
   * Returns the view that a step makes; nothing moves.
   *
   * @throws IllegalArgumentException if the step does not fit this map's shape
   */
  public FeatureMap then(ViewStep step) {
    return new FeatureMap(segment, batch, map.then(step));
  }

  /**
   * Returns the first images of this map.
   *
   * @throws IllegalArgumentException if there are fewer, or {@code count} is below 1
   */
  public FeatureMap firstImages(int count) {
    if (count < 1 || count > batch) {
      throw new IllegalArgumentException("count is " + count + ", wanted 1 to " + batch);
    }
    return new FeatureMap(segment.asSlice(0, byteSize(count, map.source())), count, map);
  }

  /**
   * Returns one element.
   *
   * @throws IndexOutOfBoundsException if the element is outside the map
   */
  public float get(int image, int channel, int y, int x) {
    long from = map.sourceIndex(channel, pixel(y, x));
    return from == AddressMap.NOWHERE ? 0f : segment.get(Tensor.ELEMENT, byteOffset(image, from));
  }

  /**
   * Sets one element. Only windows can be written, since a shifted view may show an element twice.
   *
   * @throws IllegalArgumentException if this map is a shifted view
   * @throws IndexOutOfBoundsException if the element is outside the map
   */
  public void set(int image, int channel, int y, int x, float value) {
    requireWindow(this, "feature map");
    segment.set(Tensor.ELEMENT, byteOffset(image, map.sourceIndex(channel, pixel(y, x))), value);
  }

  private long pixel(int y, int x) {
    return (long) Objects.checkIndex(y, shape().height()) * shape().width()
        + Objects.checkIndex(x, shape().width());
  }

  private long byteOffset(int image, long index) {
    return (Objects.checkIndex(image, batch) * map.source().elements() + index) * Float.BYTES;
  }

  /**
   * Copies this view, bit for bit, to another map: the only operation here that moves bytes.
   *
   * @param target a window, of the same batch and shape, that shares no element with this map
   * @throws IllegalArgumentException if the target is a shifted view, has another batch or shape,
   *     or shares memory with this map
   */
  public void copyTo(FeatureMap target) {
    Window window = requireWindow(target, "target");
    if (target.batch != batch || !target.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "target is "
              + target.batch
              + " x "
              + target.shape()
              + ", wanted "
              + batch
              + " x "
              + shape());
    }
    if (mayShare(target, window)) {
      throw new IllegalArgumentException(
          "target shares memory with the view that is copied, wanted other channels or memory");
    }
    long windowStart = window.first() * target.map.source().plane();
    for (int image = 0; image < batch; image++) {
      long source = byteOffset(image, 0);
      long destination = target.byteOffset(image, windowStart);
      map.forEachPiece(
          (to, from, length) -> {
            long at = destination + to * Float.BYTES;
            if (from == AddressMap.NOWHERE) {
              target.segment.asSlice(at, length * Float.BYTES).fill((byte) 0);
            } else {
              MemorySegment.copy(
                  segment, source + from * Float.BYTES, target.segment, at, length * Float.BYTES);
            }
          });
    }
  }

  /** Judged by the channels used: windows of a batch interleave in the byte range. */
  private boolean mayShare(FeatureMap target, Window window) {
    if (segment.asOverlappingSlice(target.segment).isEmpty()) {
      return false;
    }
    boolean sameImages =
        segment.asOverlappingSlice(target.segment).orElseThrow().byteSize() == segment.byteSize()
            && segment.byteSize() == target.segment.byteSize()
            && map.source().equals(target.map.source());
    if (!sameImages) {
      return true;
    }
    long plane = map.source().plane();
    boolean[] shared = new boolean[1];
    map.forEachPiece(
        (to, from, length) ->
            shared[0] |=
                from != AddressMap.NOWHERE
                    && from < (window.first() + window.count()) * plane
                    && from + length > window.first() * plane);
    return shared[0];
  }

  private static Window requireWindow(FeatureMap featureMap, String name) {
    return featureMap
        .asWindow()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is the shifted view "
                        + featureMap.map
                        + ", wanted a window: only windows can be written"));
  }

  /** Returns the window of the memory that this map is, if it is one; only these can be written. */
  public Optional<Window> asWindow() {
    return window;
  }

  /**
   * Copies all elements out, dense, in order.
   *
   * @throws IllegalStateException if there are more than an array can hold
   */
  public float[] toArray() {
    long elements = shape().elements() * batch;
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(elements + " elements do not fit an array");
    }
    float[] values = new float[(int) elements];
    copyTo(of(values, batch, shape()));
    return values;
  }

  /** Prints batch, shape and, for a view, where its channels are read from. */
  @Override
  public String toString() {
    boolean plain = map instanceof NormalMap normal && normal.isIdentity();
    return "FeatureMap[" + batch + " x " + (plain ? map.shape() : map) + "]";
  }
}
