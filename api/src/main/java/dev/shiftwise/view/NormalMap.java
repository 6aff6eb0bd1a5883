package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A view in normal form (SPEC section 2): per channel a plane, an offset and a border, kept as
 * run-lengths. Channel shifts, windows and one address shift over them have this form, and uniform
 * RING shifts keep it, since they are rotations.
 *
 * @param source shape of the map that is viewed
 * @param shape shape of the view
 * @param ring the source planes in the order in which RING offsets walk over them, cyclically; one
 *     run unless a window cut a rotated map at its seam
 * @param spans the view's channels in order
 */
public record NormalMap(Shape source, Shape shape, List<PlaneRun> ring, List<Span> spans)
    implements AddressMap {

  /**
   * Consecutive source planes.
   *
   * @param first the first plane
   * @param count how many
   */
  public record PlaneRun(int first, int count) {}

  /**
   * Consecutive channels of the view that start from consecutive places of the ring and are read
   * alike.
   *
   * @param channels how many
   * @param position place on the ring (not a source plane) that the first one starts from
   * @param read how each reads from there
   */
  public record Span(int channels, int position, Read read) {
    Span part(int skip, int count) {
      return new Span(count, position + skip, read);
    }
  }

  /** Copies the lists. Use {@link #identity} and {@link #then}; the parts are not checked again. */
  public NormalMap {
    ring = List.copyOf(ring);
    spans = List.copyOf(spans);
  }

  static NormalMap identity(Shape shape) {
    int channels = shape.channels();
    return new NormalMap(
        shape,
        shape,
        List.of(new PlaneRun(0, channels)),
        List.of(new Span(channels, 0, Read.WHOLE)));
  }

  /** Returns whether every channel is a whole plane of the source. */
  public boolean isWhole() {
    return spans.stream().allMatch(span -> span.read() instanceof Read.Whole);
  }

  /** Returns whether the view is the source itself. */
  public boolean isIdentity() {
    return asWindow().filter(w -> w.first() == 0 && w.count() == source.channels()).isPresent();
  }

  /**
   * Returns the window of the source that this view is, if it is one. Only these can be written.
   */
  public Optional<Window> asWindow() {
    if (!isWhole()) {
      return Optional.empty();
    }
    List<PlaneRun> planes = planes(spans);
    return planes.size() == 1
        ? Optional.of(new Window(planes.getFirst().first(), planes.getFirst().count()))
        : Optional.empty();
  }

  /** Returns how a channel reads. */
  public Read read(int channel) {
    return spanOf(channel).read();
  }

  /** Returns the source plane that a channel starts from. */
  public int plane(int channel) {
    Objects.checkIndex(channel, shape.channels());
    int first = 0;
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      if (channel < first + span.channels()) {
        return planeAt(span.position() + channel - first);
      }
      first += span.channels();
    }
    throw new AssertionError("the spans cover the channels");
  }

  /** Returns the number of planes on the ring that RING offsets walk over. */
  public int ringChannels() {
    // A loop and not a stream: asked for in every run, where nothing may be allocated.
    int channels = 0;
    for (int i = 0; i < ring.size(); i++) {
      channels += ring.get(i).count();
    }
    return channels;
  }

  /**
   * Returns whether the ring is consecutive planes of the source, so that offsets are addresses.
   */
  public boolean isContiguousRing() {
    return ring.size() == 1;
  }

  @Override
  public long sourceIndex(int channel, long pixel) {
    Objects.checkIndex(channel, shape.channels());
    Objects.checkIndex(pixel, shape.plane());
    int first = 0;
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      if (channel < first + span.channels()) {
        return sourceIndex(span, span.position() + channel - first, pixel);
      }
      first += span.channels();
    }
    throw new AssertionError("the spans cover the channels");
  }

  private long sourceIndex(Span span, int position, long pixel) {
    long plane = source.plane();
    return switch (span.read()) {
      case Read.Whole _ -> planeAt(position) * plane + pixel;
      case Read.Ring(long offset) -> onRing(position * plane + pixel + offset);
      case Read.Zero(Displacement by) -> {
        long y = pixel / source.width() + by.dy();
        long x = pixel % source.width() + by.dx();
        yield y < 0 || y >= source.height() || x < 0 || x >= source.width()
            ? NOWHERE
            : planeAt(position) * plane + y * source.width() + x;
      }
    };
  }

  /** Returns the source index of a place on the ring given in elements, any integer. */
  private long onRing(long index) {
    long wrapped = Math.floorMod(index, ringChannels() * source.plane());
    return planeAt((int) (wrapped / source.plane())) * source.plane() + wrapped % source.plane();
  }

  private int planeAt(int position) {
    int rest = position;
    for (int i = 0; i < ring.size(); i++) {
      PlaneRun run = ring.get(i);
      if (rest < run.count()) {
        return run.first() + rest;
      }
      rest -= run.count();
    }
    throw new AssertionError("position " + position + " is on the ring");
  }

  private Span spanOf(int channel) {
    Objects.checkIndex(channel, shape.channels());
    int first = 0;
    for (Span span : spans) {
      if (channel < first + span.channels()) {
        return span;
      }
      first += span.channels();
    }
    throw new AssertionError("the spans cover the channels");
  }

  // ---- steps ----

  @Override
  public AddressMap then(ViewStep step) {
    Shape after = step.applyTo(shape);
    return switch (step) {
      case ChannelShift(long by) -> {
        int turn = (int) Math.floorMod(by, (long) shape.channels());
        List<Span> rotated = slice(turn, shape.channels() - turn);
        rotated.addAll(slice(0, turn));
        yield with(after, ring, rotated);
      }
      case Window(int first, int count) -> with(after, ring, slice(first, count));
      case AddressShift shift when shift.runs().stream().allMatch(run -> run.by().isZero()) -> this;
      case AddressShift shift when isWhole() -> shiftWhole(shift);
      case AddressShift shift when shift.border() == Border.RING && isRotation() ->
          shiftRotation(shift);
      case AddressShift shift -> new ComposedMap(this, shift);
    };
  }

  private List<Span> slice(int first, int count) {
    List<Span> cut = new ArrayList<>();
    int start = 0;
    for (Span span : spans) {
      int from = Math.max(first, start);
      int to = Math.min(first + count, start + span.channels());
      if (from < to) {
        cut.add(span.part(from - start, to - from));
      }
      start += span.channels();
    }
    return cut;
  }

  /** The first address shift: the planes as they now stand become the ring. */
  private NormalMap shiftWhole(AddressShift shift) {
    List<PlaneRun> planes = planes(spans);
    int start = 0;
    // A rotated window is the same ring as the window, entered elsewhere.
    if (planes.size() == 2
        && planes.getLast().first() + planes.getLast().count() == planes.getFirst().first()) {
      start = planes.getLast().count();
      planes = List.of(new PlaneRun(planes.getLast().first(), shape.channels()));
    }
    List<Span> shifted = new ArrayList<>();
    for (AddressShift.Run run : shift.runs()) {
      addAround(
          shifted,
          run.channels(),
          start,
          shape.channels(),
          Read.of(shift.border(), run.by(), shape.width()));
      start = (start + run.channels()) % shape.channels();
    }
    return with(shape, planes, shifted);
  }

  /** A further RING shift over a rotation: the offsets add. */
  private NormalMap shiftRotation(AddressShift shift) {
    int position = spans.getFirst().position();
    long turned = rotationOffset();
    int around = ringChannels();
    long plane = shape.plane();
    List<Span> shifted = new ArrayList<>();
    for (AddressShift.Run run : shift.runs()) {
      long offset = turned + run.by().offset(shape.width());
      int start = (int) Math.floorMod(position + offset / plane, (long) around);
      long rest = offset % plane;
      Read read = rest == 0 ? Read.WHOLE : new Read.Ring(rest);
      addAround(shifted, run.channels(), start, around, read);
      position = (position + run.channels()) % around;
    }
    return with(shape, ring, shifted);
  }

  /** Returns whether this is the whole ring, in order, at one offset. */
  private boolean isRotation() {
    if (shape.channels() != ringChannels()
        || !(spans.getFirst().read() instanceof Read.Ring ring0)) {
      return false;
    }
    int position = spans.getFirst().position();
    for (Span span : spans) {
      if (!span.read().equals(ring0) || span.position() != position) {
        return false;
      }
      position = (position + span.channels()) % shape.channels();
    }
    return true;
  }

  private long rotationOffset() {
    return spans.getFirst().read() instanceof Read.Ring(long offset) ? offset : 0;
  }

  /** Adds a run that may pass the ring's last place, in two parts then. */
  private static void addAround(List<Span> spans, int channels, int start, int around, Read read) {
    int before = Math.min(channels, around - start);
    spans.add(new Span(before, start, read));
    if (channels > before) {
      spans.add(new Span(channels - before, 0, read));
    }
  }

  private NormalMap with(Shape after, List<PlaneRun> newRing, List<Span> parts) {
    List<Span> merged = new ArrayList<>();
    for (Span part : parts) {
      Span last = merged.isEmpty() ? null : merged.getLast();
      if (last != null
          && last.read().equals(part.read())
          && last.position() + last.channels() == part.position()) {
        merged.set(
            merged.size() - 1,
            new Span(last.channels() + part.channels(), last.position(), last.read()));
      } else {
        merged.add(part);
      }
    }
    return new NormalMap(source, after, newRing, merged);
  }

  /** Returns the source planes that whole spans start from, in order, as the fewest runs. */
  private List<PlaneRun> planes(List<Span> whole) {
    List<PlaneRun> planes = new ArrayList<>();
    for (Span span : whole) {
      for (int done = 0; done < span.channels(); ) {
        int from = span.position() + done;
        int runStart = 0;
        int i = 0;
        while (from >= runStart + ring.get(i).count()) {
          runStart += ring.get(i++).count();
        }
        int count = Math.min(span.channels() - done, runStart + ring.get(i).count() - from);
        int first = ring.get(i).first() + from - runStart;
        PlaneRun last = planes.isEmpty() ? null : planes.getLast();
        if (last != null && last.first() + last.count() == first) {
          planes.set(planes.size() - 1, new PlaneRun(last.first(), last.count() + count));
        } else {
          planes.add(new PlaneRun(first, count));
        }
        done += count;
      }
    }
    return planes;
  }

  // ---- pieces ----

  @Override
  public void forEachPiece(PieceVisitor visitor) {
    long plane = shape.plane();
    long to = 0;
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      if (span.read() instanceof Read.Zero(Displacement by)) {
        for (int c = 0; c < span.channels(); c++) {
          displacedPlane(visitor, to + c * plane, (long) planeAt(span.position() + c) * plane, by);
        }
      } else {
        long offset = span.read() instanceof Read.Ring(long o) ? o : 0;
        ringPieces(visitor, to, span.position() * plane + offset, (long) span.channels() * plane);
      }
      to += span.channels() * plane;
    }
  }

  /** Splits a stretch of the ring where it passes from one run of planes into the next. */
  private void ringPieces(PieceVisitor visitor, long to, long index, long length) {
    long plane = source.plane();
    long around = ringChannels() * plane;
    long at = Math.floorMod(index, around);
    for (long done = 0; done < length; ) {
      long runStart = 0;
      int i = 0;
      while (at >= runStart + ring.get(i).count() * plane) {
        runStart += ring.get(i++).count() * plane;
      }
      long piece = Math.min(length - done, runStart + ring.get(i).count() * plane - at);
      visitor.piece(to + done, ring.get(i).first() * plane + at - runStart, piece);
      done += piece;
      at = (at + piece) % around;
    }
  }

  private void displacedPlane(PieceVisitor visitor, long to, long from, Displacement by) {
    int width = shape.width();
    int left = Math.max(0, -by.dx());
    int right = Math.min(width, width - by.dx());
    for (int y = 0; y < shape.height(); y++) {
      long row = to + (long) y * width;
      long sourceRow = (long) y + by.dy();
      if (sourceRow < 0 || sourceRow >= shape.height()) {
        visitor.piece(row, NOWHERE, width);
        continue;
      }
      if (left > 0) {
        visitor.piece(row, NOWHERE, left);
      }
      visitor.piece(row + left, from + sourceRow * width + left + by.dx(), right - left);
      if (right < width) {
        visitor.piece(row + right, NOWHERE, width - right);
      }
    }
  }

  /** Prints the runs, for example {@code 64x28x28: 16 from 8 ring+1, 16 from 24 ring+28}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(shape.toString()).append(": ");
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(span.channels())
          .append(" from ")
          .append(planeAt(span.position()))
          .append(' ')
          .append(span.read());
    }
    return text.toString();
  }
}
