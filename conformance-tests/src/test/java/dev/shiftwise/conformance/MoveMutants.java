package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.Mutant.GUARDS;
import static dev.shiftwise.conformance.Mutant.INDEX;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.AddressShift.Run;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults in the three primitives and in views. */
final class MoveMutants {
  /** Channels of the maps that the rule about windows uses. */
  private static final int SHAPE_CHANNELS = 8;

  private MoveMutants() {}

  static List<Mutant> all() {
    return Stream.concat(one(), producers()).toList();
  }

  /** For every operator that makes planes: its values lack what their shifted readers run into. */
  private static Stream<Mutant> producers() {
    return Stream.of(
            Activate.class,
            Arithmetic.class,
            AveragePool.class,
            ChannelShuffle.class,
            Convolution.class,
            Copy.class,
            MaxPool.class,
            PointwiseConvolution.class,
            Rearrange.class,
            Resize.class,
            Softmax.class)
        .map(
            kind ->
                Mutant.kernels(
                    "SHIFT-14",
                    kind.getSimpleName() + " stores no guards",
                    GUARDS,
                    () -> new BareBehind(kind)));
  }

  private static Stream<Mutant> one() {
    return Stream.of(
        Mutant.kernels(
            "SHIFT-01",
            "the end of the ring is the next image",
            new Layout(4, BatchOrder.WHOLE_BATCH, false),
            FlatWithoutGuards::new),
        Mutant.kernels("SHIFT-01", "sums carry over from image to image", INDEX, Carrying::new),
        steps("SHIFT-02", "a channel too far", each(MoveMutants::turnFurther)),
        steps("SHIFT-02", "negative shifts are dropped", each(MoveMutants::onlyForward)),
        steps("SHIFT-03", "channels turn the other way", each(MoveMutants::turnBack)),
        Mutant.kernels("SHIFT-04", "the guards at the ring's ends are missing", GUARDS, Bare::new),
        steps("SHIFT-04", "RING is read as ZERO", each(s -> border(s, Border.RING, Border.ZERO))),
        Mutant.kernels("SHIFT-05", "the dead borders are missing", GUARDS, Bare::new),
        Mutant.kernels("SHIFT-05", "outside a plane stands -0", INDEX, MinusZero::new),
        steps("SHIFT-06", "LEFT moves right", each(s -> moved(s, -1, 1))),
        steps("SHIFT-07", "displacements end at two", each(MoveMutants::atMostTwo)),
        steps("SHIFT-08", "RING is read as ZERO", each(s -> border(s, Border.RING, Border.ZERO))),
        steps("SHIFT-09", "ZERO moves rows the other way", each(MoveMutants::zeroUpsideDown)),
        Mutant.kernels("SHIFT-10", "moves quiet NaN", INDEX, ThroughDouble::new),
        Mutant.kernels("SHIFT-10", "moves flush denormals", INDEX, Flushing::new),
        steps("SHIFT-11", "the window stays where it was", each(MoveMutants::windowStays)),
        steps("SHIFT-12", "the address shift comes first", MoveMutants::reversed),
        Mutant.accepting("SHIFT-13", "a displacement over the plane"),
        Mutant.mumbling("SHIFT-13", "a displacement over the plane"),
        Mutant.kernels("SHIFT-14", "guards are stored before the value", GUARDS, GuardsFirst::new),
        Mutant.kernels(
            "SHIFT-14",
            "the first image alone has guards",
            new Layout(64, BatchOrder.WHOLE_BATCH, true),
            FirstImage::new),
        steps("VIEW-01", "of several steps the last alone counts", MoveMutants::lastAlone),
        Mutant.sessions("VIEW-02", "the view of an input is ignored", SessionMutants.Unviewed::new),
        steps("VIEW-03", "of several steps the last alone counts", MoveMutants::lastAlone),
        steps("VIEW-04", "a window's ring is the whole map's", MoveMutants::windowLast),
        Mutant.sessions(
            "VIEW-05", "the channels around the output are cleared", SessionMutants.Clearing::new),
        Mutant.accepting("VIEW-06", "a shifted output"));
  }

  /** A backend that reads its operands through other steps than the network asks for. */
  static Mutant steps(String rule, String fault, UnaryOperator<List<ViewStep>> other) {
    return Mutant.kernels(rule, fault, INDEX, () -> new OtherSteps(other));
  }

  private static UnaryOperator<List<ViewStep>> each(UnaryOperator<ViewStep> other) {
    return steps -> steps.stream().map(other).toList();
  }

  static final class OtherSteps extends ReferenceKernels {
    private final UnaryOperator<List<ViewStep>> other;

    OtherSteps(UnaryOperator<List<ViewStep>> other) {
      this.other = other;
    }

    @Override
    Source source(Step step, int operand) {
      Operand asked = step.node().inputs().get(operand);
      return new Source(
          super.source(step, operand).placement(),
          AddressMap.of(asked.value().shape(), other.apply(asked.steps())));
    }
  }

  // ---- steps that are not what was asked for ----

  private static ViewStep turnFurther(ViewStep step) {
    return step instanceof ChannelShift(long by) ? new ChannelShift(by + 1) : step;
  }

  private static ViewStep turnBack(ViewStep step) {
    return step instanceof ChannelShift(long by) ? new ChannelShift(-by) : step;
  }

  private static ViewStep onlyForward(ViewStep step) {
    return step instanceof ChannelShift(long by) ? new ChannelShift(Math.max(0, by)) : step;
  }

  private static ViewStep border(ViewStep step, Border from, Border to) {
    return step instanceof AddressShift shift && shift.border() == from
        ? new AddressShift(to, shift.runs())
        : step;
  }

  private static ViewStep moved(ViewStep step, int timesX, int timesY) {
    return step instanceof AddressShift shift
        ? displaced(shift, by -> new Displacement(by.dy() * timesY, by.dx() * timesX))
        : step;
  }

  private static AddressShift displaced(AddressShift shift, UnaryOperator<Displacement> other) {
    return new AddressShift(
        shift.border(),
        shift.runs().stream().map(run -> new Run(run.channels(), other.apply(run.by()))).toList());
  }

  private static ViewStep atMostTwo(ViewStep step) {
    return step instanceof AddressShift shift
        ? displaced(
            shift, by -> new Displacement(Math.clamp(by.dy(), -2, 2), Math.clamp(by.dx(), -2, 2)))
        : step;
  }

  private static ViewStep zeroUpsideDown(ViewStep step) {
    return step instanceof AddressShift shift && shift.border() == Border.ZERO
        ? moved(shift, 1, -1)
        : step;
  }

  private static ViewStep windowStays(ViewStep step) {
    return step instanceof Window(int _, int count) ? new Window(0, count) : step;
  }

  private static List<ViewStep> reversed(List<ViewStep> steps) {
    List<ViewStep> reversed = new ArrayList<>(steps);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<ViewStep> lastAlone(List<ViewStep> steps) {
    return steps.size() > 1 && steps.getLast() instanceof AddressShift
        ? List.of(steps.getLast())
        : steps;
  }

  private static List<ViewStep> windowLast(List<ViewStep> steps) {
    if (steps.size() == 2
        && steps.getFirst() instanceof Window window
        && steps.getLast() instanceof AddressShift shift) {
      List<Run> runs = new ArrayList<>();
      if (window.first() > 0) {
        runs.add(new Run(window.first(), Displacement.STAY));
      }
      runs.addAll(shift.runs());
      int behind = SHAPE_CHANNELS - window.first() - window.count();
      if (behind > 0) {
        runs.add(new Run(behind, Displacement.STAY));
      }
      return List.of(new AddressShift(shift.border(), runs), window);
    }
    return steps;
  }

  // ---- kernels ----

  /** Reads flat although nobody stored guards: beyond its end an image is followed by the next. */
  static final class FlatWithoutGuards extends ReferenceKernels {
    @Override
    RealImage gather(HostSlab slab, Source source, boolean flat, int image) {
      return super.gather(slab, source, true, image);
    }
  }

  /** Adds nothing times the last image's first element: invisible until that is NaN. */
  static final class Carrying extends ReferenceKernels {
    private float last;

    @Override
    RealImage gather(HostSlab slab, Source source, boolean flat, int image) {
      RealImage now = super.gather(slab, source, flat, image);
      float carried = 0 * last;
      last = Float.intBitsToFloat(now.bits(0));
      return Float.isNaN(carried) ? Bits.map(now, _ -> Float.floatToRawIntBits(carried)) : now;
    }
  }

  /** Never stores what flat readers run into. */
  static final class Bare extends ReferenceKernels {
    @Override
    void fillGuards(HostSlab slab, Step step, int image) {}
  }

  /** Never stores what flat readers of one operator's values run into. */
  static final class BareBehind extends ReferenceKernels {
    private final Class<? extends Operator> kind;

    BareBehind(Class<? extends Operator> kind) {
      this.kind = kind;
    }

    @Override
    void fillGuards(HostSlab slab, Step step, int image) {
      if (!kind.isInstance(step.node().operator())) {
        super.fillGuards(slab, step, image);
      }
    }
  }

  /** The ring's ends are those of what stood there before, and dead borders come alive again. */
  static final class GuardsFirst extends ReferenceKernels {
    private @Nullable RealImage made;

    @Override
    void scatter(HostSlab slab, RealImage result, Placement to, int image) {
      made = result;
    }

    @Override
    void fillGuards(HostSlab slab, Step step, int image) {
      super.fillGuards(slab, step, image);
      super.scatter(slab, Objects.requireNonNull(made), step.destination(), image);
    }
  }

  static final class FirstImage extends ReferenceKernels {
    @Override
    void fillGuards(HostSlab slab, Step step, int image) {
      if (image == 0) {
        super.fillGuards(slab, step, image);
      }
    }
  }

  static final class MinusZero extends ReferenceKernels {
    @Override
    int outside() {
      return 0x80000000;
    }
  }

  static final class ThroughDouble extends ReferenceKernels {
    @Override
    RealImage gather(HostSlab slab, Source source, boolean flat, int image) {
      return Bits.map(
          super.gather(slab, source, flat, image),
          bits -> Float.isNaN(Float.intBitsToFloat(bits)) ? bits | 0x400000 : bits);
    }
  }

  static final class Flushing extends ReferenceKernels {
    @Override
    RealImage gather(HostSlab slab, Source source, boolean flat, int image) {
      return Bits.map(
          super.gather(slab, source, flat, image),
          bits -> (bits & 0x7f800000) == 0 ? bits & 0x80000000 : bits);
    }
  }

  /** Copies alone quiet NaN. */
  static final class CopiesThroughDouble extends ReferenceKernels {
    @Override
    RealImage compute(Operator operator, List<RealImage> operands, Shape out) {
      RealImage result = super.compute(operator, operands, out);
      return operator instanceof Copy
          ? Bits.map(
              result, bits -> Float.isNaN(Float.intBitsToFloat(bits)) ? bits | 0x400000 : bits)
          : result;
    }
  }
}
