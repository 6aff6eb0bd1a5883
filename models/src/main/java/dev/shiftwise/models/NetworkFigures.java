package dev.shiftwise.models;

import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.PlannedCopy;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a network costs for one image, counted from the network and its memory plan.
 *
 * <p>The plan is that of a backend which runs every operator, reads shifts in place and takes
 * images one by one: the CPU backend's.
 *
 * @param name the network's name
 * @param input shape of one image
 * @param classes number of classes
 * @param parameters trained values, as PyTorch counts them: weights, biases, and two a channel of
 *     batch normalisation
 * @param multiplyAdds multiply-adds of convolutions and dense layers
 * @param plannedBytes the plan's slab: all feature maps, the staged input and guards among them
 * @param naiveBytes the input and every operator's result in memory of its own
 * @param copies copies that the plan added
 * @param copiedBytes bytes that they write
 */
public record NetworkFigures(
    String name,
    Shape input,
    int classes,
    long parameters,
    long multiplyAdds,
    long plannedBytes,
    long naiveBytes,
    int copies,
    long copiedBytes) {
  private static final Layout LAYOUT = new Layout(64, Layout.BatchOrder.IMAGE_BY_IMAGE, true);

  /**
   * Counts one network.
   *
   * @throws IllegalArgumentException if there is no network of that name
   */
  public static NetworkFigures of(String name) {
    return of(KnownModel.require(name).architecture());
  }

  /** Counts all networks, in the order of {@link Models#names}. */
  public static List<NetworkFigures> all() {
    return KnownModel.all().stream().map(known -> of(known.architecture())).toList();
  }

  private static NetworkFigures of(Architecture architecture) {
    Network network = architecture.network(new Zeros(), architecture.border());
    MemoryPlan plan = MemoryPlan.of(network, Capabilities.ofEveryOperator(), LAYOUT, 1);
    return new NetworkFigures(
        architecture.name(),
        architecture.input(),
        architecture.classes(),
        network.parameters(),
        network.multiplyAdds(),
        plan.slabBytes(),
        naiveBytes(network),
        plan.copies().size(),
        plan.copies().stream().mapToLong(PlannedCopy::bytes).sum());
  }

  private static long naiveBytes(Network network) {
    return Stream.concat(
            network.inputs().stream().map(Value::shape),
            network.nodes().stream().map(node -> node.output().shape()))
        .mapToLong(shape -> shape.elements() * Float.BYTES)
        .sum();
  }
}
