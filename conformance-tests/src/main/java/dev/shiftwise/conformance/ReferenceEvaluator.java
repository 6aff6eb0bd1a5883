package dev.shiftwise.conformance;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: what SPEC.md says a network computes, by index arithmetic in double precision, in the
 * simplest code that can be read beside the text.
 *
 * <p>It is independent of what it judges: it knows no address map, no plan and no folding, and it
 * carries out the steps of an operand one after another on dense arrays. Images are evaluated one
 * at a time, so no image can read another. Stateless; safe for any thread.
 */
public final class ReferenceEvaluator {
  private ReferenceEvaluator() {}

  /**
   * Evaluates a network.
   *
   * @param inputs for every input of the network its images as raw bits of float32, dense, one
   *     image behind the other
   * @param batch number of images
   * @return for every output its images
   * @throws IllegalArgumentException if an input is missing or has another length
   */
  public static Map<String, List<RealImage>> evaluate(
      Network network, Map<String, int[]> inputs, int batch) {
    Map<String, List<RealImage>> outputs = new LinkedHashMap<>();
    network.outputs().keySet().forEach(name -> outputs.put(name, new ArrayList<>()));
    for (int image = 0; image < batch; image++) {
      Map<Value, RealImage> values = new HashMap<>();
      for (Value input : network.inputs()) {
        values.put(input, imageOf(input, inputs.get(input.name()), image, batch));
      }
      for (Node node : network.nodes()) {
        List<RealImage> operands =
            node.inputs().stream().map(operand -> seen(operand, values)).toList();
        values.put(
            node.output(),
            ReferenceOperators.apply(node.operator(), operands, node.output().shape()));
      }
      for (Map.Entry<String, List<RealImage>> output : outputs.entrySet()) {
        Operand operand = network.outputs().get(output.getKey());
        if (operand != null) {
          output.getValue().add(seen(operand, values));
        }
      }
    }
    return outputs;
  }

  private static RealImage imageOf(Value input, int @Nullable [] bits, int image, int batch) {
    if (bits == null || bits.length != batch * input.shape().elements()) {
      throw new IllegalArgumentException(
          "input '"
              + input.name()
              + "' has "
              + (bits == null ? 0 : bits.length)
              + " elements, wanted "
              + batch * input.shape().elements());
    }
    return RealImage.of(bits, Math.toIntExact(image * input.shape().elements()), input.shape());
  }

  private static RealImage seen(Operand operand, Map<Value, RealImage> values) {
    RealImage image = values.get(operand.value());
    if (image == null) {
      throw new IllegalArgumentException("'" + operand.value().name() + "' was never made");
    }
    return view(image, operand.steps());
  }

  /** Returns what an image looks like through view steps, first to last (SPEC sections 1 and 2). */
  static RealImage view(RealImage image, List<ViewStep> steps) {
    RealImage seen = image;
    for (ViewStep step : steps) {
      seen =
          switch (step) {
            case ChannelShift(long by) -> channelShift(seen, by);
            case Window(int first, int count) -> window(seen, first, count);
            case AddressShift(Border border, List<AddressShift.Run> runs) ->
                addressShift(seen, border, runs);
          };
    }
    return seen;
  }

  /** SHIFT-02: {@code out[c, p] = in[(c + s) mod C, p]}. */
  private static RealImage channelShift(RealImage in, long by) {
    long channels = in.shape().channels();
    return in.moved(
        in.shape(),
        (c, y, x) ->
            in.index((int) Math.floorMod(c + Math.floorMod(by, channels), channels), y, x));
  }

  /** VIEW-04: {@code out[c, p] = in[first + c, p]}. */
  private static RealImage window(RealImage in, int first, int count) {
    return in.moved(in.shape().withChannels(count), (c, y, x) -> in.index(first + c, y, x));
  }

  /** SHIFT-04 and SHIFT-05. */
  private static RealImage addressShift(RealImage in, Border border, List<AddressShift.Run> runs) {
    List<Displacement> ofChannel = new ArrayList<>();
    for (AddressShift.Run run : runs) {
      for (int i = 0; i < run.channels(); i++) {
        ofChannel.add(run.by());
      }
    }
    Shape shape = in.shape();
    long ring = shape.elements();
    return in.moved(
        shape,
        (c, y, x) -> {
          int dy = ofChannel.get(c).dy();
          int dx = ofChannel.get(c).dx();
          return switch (border) {
            case RING -> Math.floorMod(in.index(c, y, x) + (long) dy * shape.width() + dx, ring);
            case ZERO ->
                y + dy >= 0 && y + dy < shape.height() && x + dx >= 0 && x + dx < shape.width()
                    ? in.index(c, y + dy, x + dx)
                    : -1;
          };
        });
  }
}
