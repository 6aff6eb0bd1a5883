package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.Mutant.GUARDS;
import static dev.shiftwise.conformance.Mutant.INDEX;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Faults in how operators are put together. */
final class NetworkMutants {
  private NetworkMutants() {}

  static List<Mutant> all() {
    return List.of(
        joints("CONCAT-01", "operands are joined in reverse", NetworkMutants::reversed),
        joints("CONCAT-02", "the first operand is taken again and again", NetworkMutants::repeated),
        Mutant.kernels("NET-01", "beta is forgotten", INDEX, NoBeta::new),
        OperatorMutants.computing(
            "NET-02", "the residual is ignored", OperatorMutants::withoutResidual),
        joints("NET-03", "the shortcut comes last", NetworkMutants::reversed),
        MoveMutants.steps(
            "NET-04",
            "the window stays where it was",
            steps ->
                steps.stream()
                    .map(s -> s instanceof Window(int _, int count) ? new Window(0, count) : s)
                    .toList()),
        OperatorMutants.operator("NET-05", "dilated pools are not", NetworkMutants::undilated),
        OperatorMutants.operator(
            "NET-05",
            "activations on their own are left out",
            operator -> operator instanceof Activate ? new Activate(Activation.NONE) : operator),
        OperatorMutants.operator(
            "NET-05",
            "broadcast differences are sums",
            operator ->
                operator instanceof Arithmetic(var function, var activation)
                        && function == Arithmetic.Function.SUBTRACT
                    ? Arithmetic.add(activation)
                    : operator),
        Mutant.kernels(
            "NET-05",
            "arithmetic stores no guards",
            GUARDS,
            () -> new MoveMutants.BareBehind(Arithmetic.class)),
        Mutant.kernels(
            "NET-05",
            "softmax stores no guards",
            GUARDS,
            () -> new MoveMutants.BareBehind(Softmax.class)),
        Mutant.kernels(
            "NET-05",
            "activations on their own store no guards",
            GUARDS,
            () -> new MoveMutants.BareBehind(Activate.class)),
        Mutant.sessions("NET-06", "outputs of one shape are mixed up", Swapped::new),
        Mutant.kernels("NET-07", "weights of half precision", INDEX, Half::new),
        Mutant.kernels("NET-08", "a place is reused after its first reader", INDEX, Greedy::new),
        OperatorMutants.operator("NET-09", "kernels are mirrored", NetworkMutants::mirrored),
        new Mutant("NET-10", "every shift is copied", Copying::new));
  }

  // ---- rewritten joints ----

  /** A backend that gets every concat with other operands of the same shapes in all. */
  private static Mutant joints(String rule, String fault, UnaryOperator<List<Operand>> other) {
    return operands(rule, fault, Concat.class, other);
  }

  /** A backend that gets every node of a kind with other operands. */
  static Mutant operands(
      String rule,
      String fault,
      Class<? extends Operator> kind,
      UnaryOperator<List<Operand>> other) {
    return Mutant.compiling(
        rule,
        fault,
        (sound, network, options) -> sound.compile(rewritten(network, kind, other), options));
  }

  private static Network rewritten(
      Network network, Class<? extends Operator> kind, UnaryOperator<List<Operand>> other) {
    NetworkBuilder builder = Network.builder(network.name());
    Map<Value, Operand> values = new HashMap<>();
    network.inputs().forEach(v -> values.put(v, builder.input(v.name(), v.shape())));
    network
        .nodes()
        .forEach(
            node -> {
              List<Operand> operands =
                  kind.isInstance(node.operator()) ? other.apply(node.inputs()) : node.inputs();
              values.put(
                  node.output(),
                  builder.add(
                      node.name(),
                      node.operator(),
                      operands.stream().map(o -> moved(values, o)).toArray(Operand[]::new)));
            });
    network.outputs().forEach((name, operand) -> builder.output(name, moved(values, operand)));
    return builder.build();
  }

  private static Operand moved(Map<Value, Operand> values, Operand operand) {
    Operand now = values.get(operand.value());
    if (now == null) {
      throw new IllegalStateException(operand + " was not made");
    }
    return new Operand(now.value(), operand.steps());
  }

  private static List<Operand> reversed(List<Operand> operands) {
    List<Operand> reversed = new ArrayList<>(operands);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<Operand> repeated(List<Operand> operands) {
    Operand first = operands.getFirst();
    return operands.stream().map(o -> o.shape().equals(first.shape()) ? first : o).toList();
  }

  // ---- kernels ----

  private static Operator undilated(Operator operator) {
    return operator instanceof MaxPool(var kernel, boolean ceil)
        ? new MaxPool(kernel.withDilation(1), ceil)
        : operator;
  }

  private static Operator mirrored(Operator operator) {
    if (!(operator instanceof Convolution op)) {
      return operator;
    }
    float[] weight = op.filter().foldedWeight();
    int taps = op.kernel().taps();
    float[] mirrored = new float[weight.length];
    for (int i = 0; i < weight.length; i++) {
      mirrored[i] = weight[i - i % taps + taps - 1 - i % taps];
    }
    long[] dimensions =
        op.filter().weight().dimensions().stream().mapToLong(Long::longValue).toArray();
    Filter filter =
        Filter.of(
            Tensor.of(mirrored, dimensions),
            Tensor.of(op.filter().foldedBias(), op.filter().outputs()));
    return new Convolution(filter, op.groups(), op.kernel(), op.activation());
  }

  static final class NoBeta extends ReferenceKernels {
    @Override
    Filter packed(Filter filter) {
      Filter sound = super.packed(filter);
      return filter.norm() == null ? sound : Filter.of(sound.weight());
    }
  }

  static final class Half extends ReferenceKernels {
    @Override
    RealImage compute(Operator operator, List<RealImage> operands, Shape out) {
      return Bits.map(super.compute(operator, operands, out), bits -> bits & 0xffffe000);
    }
  }

  /** Overwrites what a step has read, as if nobody else would. */
  static final class Greedy extends ReferenceKernels {
    @Override
    void run(HostSlab slab, Step step, Operator packed, Layout layout, int image) {
      super.run(slab, step, packed, layout, image);
      Placement read = step.sources().getFirst().placement();
      if (read.offset() != step.destination().offset()) {
        super.scatter(
            slab,
            RealImage.of(new int[(int) read.shape().elements()], 0, read.shape()),
            read,
            image);
      }
    }
  }

  // ---- sessions and backends ----

  static final class Swapped extends FaultyCompiled {
    Swapped(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      Map<String, FeatureMap> swapped = new LinkedHashMap<>(outputs);
      List<String> names = new ArrayList<>(outputs.keySet());
      for (int i = 1; i < names.size(); i++) {
        FeatureMap last = swapped.get(names.get(i - 1));
        FeatureMap here = swapped.get(names.get(i));
        if (last != null && here != null && last.shape().equals(here.shape())) {
          swapped.put(names.get(i - 1), here);
          swapped.put(names.get(i), last);
        }
      }
      super.run(inputs, swapped);
    }
  }

  /** Says that it reads shifts in place, and has every shifted operand copied. */
  static final class Copying extends Faulty {
    Copying() {
      super(Mutant.sound());
    }

    @Override
    public Compiled compile(Network network, CompileOptions options) {
      Capabilities said = backend().capabilities();
      return new Compiled.OfSession(
          new ReferenceBackend(
                  INDEX, new Capabilities(said.operators(), Set.of()), new ReferenceKernels())
              .compile(network, options));
    }
  }
}
