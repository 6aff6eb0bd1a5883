package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One attempt at turning a graph into a network: the network so far, what the batch is, and how
 * much work may still be done.
 *
 * <p>In the first attempt every feature map's first dimension is the batch, which a network does
 * not know. A graph that does not fit that is attempted again with the batch as part of one image.
 */
final class Scope {
  private final int opset;
  private final boolean batched;
  private final long batch;
  private final boolean symbolic;
  private final Draft draft = new Draft();
  private final Set<String> recognised = new LinkedHashSet<>();
  private final Views views = new Views(this);
  private final Gates gates = new Gates();
  private String node = "";
  private long folded = ReadLimits.MOST_FOLDED;
  private long granted = ReadLimits.MOST_FOLDED_EVER - ReadLimits.MOST_FOLDED;
  private long turned = ReadLimits.MOST_TURNED;
  private long followed = ReadLimits.MOST_FOLLOWED;
  private long indices = ReadLimits.MOST_INDICES;

  /**
   * Starts an attempt.
   *
   * @param opset the version of the operator set
   * @param batched whether the first dimension of feature maps is the batch
   * @param batch the batch the graph is written for; 1 if it is symbolic
   * @param symbolic whether the graph leaves it open
   */
  Scope(int opset, boolean batched, long batch, boolean symbolic) {
    this.opset = opset;
    this.batched = batched;
    this.batch = batch;
    this.symbolic = symbolic;
  }

  /** Says which node of the graph is being mapped now. */
  void enter(String name) {
    node = name;
  }

  int opset() {
    return opset;
  }

  boolean isBatched() {
    return batched;
  }

  /** Returns whether the graph leaves the batch open. */
  boolean isSymbolic() {
    return symbolic;
  }

  Draft draft() {
    return draft;
  }

  Views views() {
    return views;
  }

  Gates gates() {
    return gates;
  }

  /** Returns what became free, a line each. */
  Set<String> recognised() {
    return recognised;
  }

  /** Says that the file holds weights, of which graphs compute others: standardised ones. */
  void holds(long weights) {
    long more = Math.min(granted, weights * ReadLimits.FOLDED_PER_WEIGHT);
    granted -= more;
    folded += more;
  }

  /**
   * Counts elements of a constant that is computed.
   *
   * @throws Refusal if there are too many by now
   */
  void fold(long elements) throws Refusal {
    folded -= elements;
    if (folded < 0) {
      throw new Refusal(
          "constants computed from constants have more than 2^26 elements together and "
              + ReadLimits.FOLDED_PER_WEIGHT
              + " for each weight of the file, or more than 2^28");
    }
  }

  /**
   * Counts weights that are put in another order or added up.
   *
   * @throws Refusal if there are too many by now
   */
  void turn(long elements) throws Refusal {
    turned -= elements;
    if (turned < 0) {
      throw new Refusal(
          "weights to be put in another order or added up have more than 2^28 elements together");
    }
  }

  /**
   * Counts entries of a table that a node of the network keeps.
   *
   * @throws Refusal if there are too many by now
   */
  void index(long entries) throws Refusal {
    indices -= entries;
    if (indices < 0) {
      throw Move.tooMany();
    }
  }

  /** Counts elements that a move is followed for; false if there are too many by now. */
  boolean follow(long elements) {
    if (elements > Math.min(followed, Views.MOST_FOLLOWED_EACH)) {
      return false;
    }
    followed -= elements;
    return true;
  }

  /** Returns a value's shape as a constant. */
  Constant shapeOf(Datum datum) {
    int[] dims = datum.dims();
    long[] sizes = new long[dims.length];
    long[] perBatch = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i];
    }
    int axis = batched ? datum.batchAxis() : -1;
    if (axis >= 0) {
      sizes[axis] = symbolic ? 0 : dims[axis] * batch;
      perBatch[axis] = symbolic ? dims[axis] : 0;
    }
    return Constant.ofShape(new int[] {dims.length}, sizes, perBatch);
  }

  /**
   * Returns what a stated first dimension is for one image.
   *
   * @param size the number, or what it is apart from the batch
   * @param perBatch how often the batch is in it
   * @throws Refusal if it is no multiple of the batch
   */
  int perImage(long size, long perBatch) throws Refusal {
    if (perBatch != 0 && size == 0 && perBatch > 0 && perBatch <= Dims.MOST_ELEMENTS) {
      return (int) perBatch;
    }
    if (perBatch != 0 || size <= 0 || size % batch != 0 || size / batch > Dims.MOST_ELEMENTS) {
      throw Refusal.ofBatch("its first dimension is " + size + ", wanted the batch");
    }
    return (int) (size / batch);
  }

  /**
   * Returns a feature map with its elements moved.
   *
   * @param operator the ONNX operator that moves them
   * @throws Refusal if the result is too large
   */
  Feature moved(String operator, Feature from, Move move, float fill) throws Refusal {
    int elements = Dims.elements(move.dims());
    if (elements == 0) {
      throw new Refusal("its result is empty");
    }
    int[] map = from.map();
    boolean fills = move.axes().stream().anyMatch(Scope::leavesOut);
    boolean filled = map != null && leavesOut(map);
    boolean agree =
        !(fills && filled) || Float.floatToRawIntBits(fill) == Float.floatToRawIntBits(from.fill());
    if (!agree || !follow(elements)) {
      Operand whole = views.any(from);
      Value value =
          draft.add(
              node + ".move", views.rearrange(Dims.shape(move.dims()), move.axes(), fill), whole);
      return Feature.of(value, move.dims()).withBatchAxis(from.batchAxis());
    }
    int[] to = move.indices();
    if (map != null) {
      for (int i = 0; i < to.length; i++) {
        to[i] = to[i] == Move.OUTSIDE ? Move.OUTSIDE : map[to[i]];
      }
    }
    return from.mapped(operator, move.dims(), to, filled ? from.fill() : fill);
  }

  /** Returns whether a table has places for which there is no element. */
  static boolean leavesOut(int[] offsets) {
    for (int offset : offsets) {
      if (offset == Move.OUTSIDE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds a node whose result has these ONNX dimensions.
   *
   * @throws Refusal if the operator does not take the operands
   */
  Feature add(String name, int[] dims, Operator operator, Operand... operands) throws Refusal {
    return Feature.of(draft.add(name, operator, operands), dims);
  }

  /** Returns an operand of a shape. */
  Operand operand(Feature feature, Shape shape) throws Refusal {
    return views.operand(feature, shape);
  }
}
