package dev.shiftwise.bench;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Operand;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import java.util.List;

/**
 * The comparisons of the AddressNet paper: each primitive against what it replaces. The first
 * variant of each is the primitive; the others are told as multiples of its time.
 *
 * <p>Every variant is a chain of layers built through the public API and runs as any network does.
 * All variants of a comparison do the same multiply-adds, except where the replaced operator brings
 * its own (the depthwise convolution).
 */
public enum PaperComparison {
  /** How channels get from one group to the next. */
  CHANNEL_SHIFT("channel-shift", "Channel shift against channel shuffle and the copied tail") {
    @Override
    List<Variant> variants(Workload w) {
      ChannelShift half = ChannelShift.halfGroup(w.channels(), w.groups());
      int by = Math.toIntExact(half.by());
      return List.of(
          Chain.of("channel shift", w, (chain, x) -> chain.convolve(w, x.then(half))),
          Chain.of(
              "channel shuffle",
              w,
              (chain, x) -> chain.convolve(w, chain.add(new ChannelShuffle(w.groups()), x))),
          // The paper's own form: the first channels are copied behind the last, and the pointer
          // moves on by as many.
          Chain.of(
              "tail copy",
              w,
              (chain, x) -> {
                Operand tail = chain.add(new Copy(), x.window(0, by));
                Operand longer = chain.add(new Concat(), x, tail);
                return chain.convolve(w, longer.window(by, w.channels()));
              }),
          Chain.of("no exchange", w, (chain, x) -> chain.convolve(w, x)));
    }
  },

  /** How pixels meet their neighbours. */
  ADDRESS_SHIFT("address-shift", "Address shift against copied shift and depthwise 3x3") {
    @Override
    List<Variant> variants(Workload w) {
      return List.of(
          Chain.of("address shift", w, (chain, x) -> chain.convolve(w, shift(w, RING, x))),
          Chain.of("address shift, ZERO", w, (chain, x) -> chain.convolve(w, shift(w, ZERO, x))),
          Chain.of(
              "copied shift",
              w,
              (chain, x) -> chain.convolve(w, chain.add(new Copy(), shift(w, RING, x)))),
          Chain.of(
              "depthwise 3x3",
              w,
              (chain, x) -> chain.convolve(w, chain.add(chain.depthwise(w.channels()), x))),
          Chain.of("no shift", w, (chain, x) -> chain.convolve(w, x)));
    }
  },

  /**
   * How a module's input reaches its output. A module is two convolutions; as adding needs twice
   * the channels of the shortcut shift, its modules are narrower inside, so that the multiply-adds
   * are equal.
   */
  SHORTCUT_SHIFT("shortcut-shift", "Shortcut shift against addition and copied concat") {
    @Override
    List<Variant> variants(Workload w) {
      int channels = w.channels();
      return List.of(
          Chain.of(
              "shortcut shift", w, (chain, x) -> chain.shortcutShift(x, reluModule(chain, w, x))),
          Chain.of(
              "add",
              w,
              (chain, x) -> {
                Operand inner = expand(chain, w, x, 3 * channels / 2);
                Operand made =
                    chain.add(
                        chain.pointwise(3 * channels / 2, channels, w.groups(), Activation.NONE),
                        inner);
                return chain.add(Arithmetic.add(Activation.RELU), x, made);
              }),
          Chain.of(
              "add, fused",
              w,
              (chain, x) -> {
                Operand inner = expand(chain, w, x, 3 * channels / 2);
                return chain.add(
                    chain.pointwise(3 * channels / 2, channels, w.groups(), Activation.RELU),
                    inner,
                    x);
              }),
          Chain.of(
              "copied concat",
              w,
              (chain, x) -> {
                Operand made = reluModule(chain, w, x);
                Operand joined =
                    chain.add(new Concat(), chain.add(new Copy(), x), chain.add(new Copy(), made));
                return joined.window(channels / 2, channels);
              }));
    }
  },

  /** What it is worth to do everything in one pass. */
  FUSION("fusion", "One fused kernel against separate kernels") {
    @Override
    List<Variant> variants(Workload w) {
      ChannelShift half = ChannelShift.halfGroup(w.channels(), w.groups());
      int channels = w.channels();
      return List.of(
          Chain.of(
              "fused",
              w,
              (chain, x) ->
                  chain.add(
                      chain.pointwise(channels, channels, w.groups(), Activation.RELU),
                      shift(w, RING, x.then(half)),
                      x)),
          Chain.of(
              "separate",
              w,
              (chain, x) -> {
                Operand shifted = chain.add(new Copy(), x.then(half));
                Operand moved = chain.add(new Copy(), shift(w, RING, shifted));
                Operand made =
                    chain.add(
                        chain.pointwise(channels, channels, w.groups(), Activation.NONE), moved);
                Operand sum = chain.add(Arithmetic.add(), made, x);
                return chain.add(new Activate(Activation.RELU), sum);
              }));
    }
  };

  /** How many variants they have, about: for the plan of a run. */
  static final int ABOUT = 4;

  private final String id;
  private final String title;

  PaperComparison(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** Returns the stable word that reports use. */
  public String id() {
    return id;
  }

  /** Returns what is compared, for people. */
  public String title() {
    return title;
  }

  /** Returns what is timed at a size, the primitive first. */
  abstract List<Variant> variants(Workload workload);

  private static Operand shift(Workload w, Border border, Operand x) {
    return x.then(AddressShift.addressNet(border, w.channels()));
  }

  private static Operand expand(Chain chain, Workload w, Operand x, int expanded) {
    return chain.add(chain.pointwise(w.channels(), expanded, w.groups(), Activation.RELU), x);
  }

  /** A module of the Enhanced AddressNet: it makes half as many channels as it reads. */
  private static Operand reluModule(Chain chain, Workload w, Operand x) {
    int expanded = 2 * w.channels();
    Operand inner = expand(chain, w, x, expanded);
    return chain.add(
        chain.pointwise(expanded, w.channels() / 2, w.groups(), Activation.RELU), inner);
  }
}
