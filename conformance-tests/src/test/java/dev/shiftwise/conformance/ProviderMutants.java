package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.Mutant.GUARDS;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.UnsupportedOperatorException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Faults in providers and backends. */
public final class ProviderMutants {
  private ProviderMutants() {}

  static List<Mutant> all() {
    return List.of(
        provider("SPI-01", "probe throws", Throwing::new),
        provider("SPI-01", "probe changes its mind", Fickle::new),
        provider("SPI-01", "probe leaves a thread", Leaking::new),
        provider("SPI-02", "the provider is not registered", Unregistered::new),
        provider("SPI-02", "the constructor starts a thread", Busy::new),
        provider("SPI-03", "the name has a blank", () -> new Named("my backend", 1)),
        provider("SPI-03", "an older interface", () -> new Named("reference", 0)),
        provider("SPI-04", "the device id is an index", () -> new Identified("0")),
        provider("SPI-04", "the device id changes", Fickle::new),
        provider("SPI-05", "no remedy", Silent::new),
        provider("SPI-06", "any device is opened", OpensAnything::new),
        provider("SPI-07", "another device is opened", () -> new Identified("other")),
        new Mutant("SPI-08", "an operator listed does not run", ProviderMutants::lying),
        Mutant.compiling(
            "SPI-09", "unsupported operators become copies", ProviderMutants::replaced),
        new Mutant("SPI-10", "every shift is copied", NetworkMutants.Copying::new),
        provider("SPI-11", "a closed backend keeps a thread", KeepsThread::new),
        provider("SPI-11", "closing twice throws", ClosesOnce::new),
        Mutant.sessions("SPI-12", "one run is not counted", Uncounted::new),
        Mutant.sessions("SPI-13", "nothing is said", Speechless::new));
  }

  private static Mutant provider(
      String rule, String fault, Supplier<? extends BackendProvider> provider) {
    return new Mutant(
        rule,
        fault,
        () ->
            new Subject.Plain(
                provider.get(), new ReferenceBackend(GUARDS, new ReferenceKernels())));
  }

  /** A thread that ends with the JVM. */
  private static void startThread() {
    CountDownLatch never = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  // ---- providers ----

  static final class Throwing extends ReferenceProvider {
    @Override
    public Probe probe() {
      throw new UnsatisfiedLinkError("libmissing.so");
    }
  }

  static final class Fickle extends ReferenceProvider {
    private int probes;

    @Override
    public Probe probe() {
      return new Probe.Available(
          List.of(new Device("reference", "device-" + probes++, "fickle", 1, Map.of())));
    }
  }

  static final class Leaking extends ReferenceProvider {
    @Override
    public Probe probe() {
      startThread();
      return super.probe();
    }
  }

  static final class Unregistered extends ReferenceProvider {}

  /** Registered, so that the loader makes it. */
  public static final class Busy extends ReferenceProvider {
    /** Starts a thread, which is the fault. */
    public Busy() {
      startThread();
    }
  }

  static final class Named extends ReferenceProvider {
    private final String name;
    private final int version;

    Named(String name, int version) {
      this.name = name;
      this.version = version;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int spiVersion() {
      return version;
    }
  }

  static final class Identified extends ReferenceProvider {
    private final String id;

    Identified(String id) {
      this.id = id;
    }

    @Override
    public Probe probe() {
      return new Probe.Available(List.of(new Device("reference", id, "plain Java", 1, Map.of())));
    }

    @Override
    public Backend open(Device device) {
      return super.open(DEVICE);
    }
  }

  static final class Silent extends ReferenceProvider {
    @Override
    public Probe probe() {
      return new Probe.Unavailable(
          List.of(Reason.of(ReasonCode.NO_DEVICE, "there is no device", " ")));
    }
  }

  static final class OpensAnything extends ReferenceProvider {
    @Override
    public Backend open(Device device) {
      return super.open(DEVICE);
    }
  }

  static final class KeepsThread extends ReferenceProvider {
    @Override
    public Backend open(Device device) {
      startThread();
      return super.open(device);
    }
  }

  static final class ClosesOnce extends ReferenceProvider {
    @Override
    public Backend open(Device device) {
      return new ReferenceBackend(GUARDS, new ReferenceKernels()) {
        private boolean closed;

        @Override
        public void close() {
          if (closed) {
            throw new IllegalStateException("closed already");
          }
          closed = true;
        }
      };
    }
  }

  // ---- backends and sessions ----

  private static Subject lying() {
    return new Subject.Plain(
        new ReferenceProvider(),
        new ReferenceBackend(GUARDS, new ReferenceKernels()) {
          @Override
          public Program load(MemoryPlan plan, CompileOptions options) {
            if (plan.steps().stream().anyMatch(s -> s.node().operator() instanceof Softmax)) {
              throw new UnsupportedOperationException("softmax");
            }
            return super.load(plan, options);
          }
        });
  }

  /** Runs a copy where an operator cannot be run. */
  private static Compiled replaced(Subject sound, Network network, CompileOptions options) {
    Backend few = ReferenceBackend.ofFewOperators();
    try {
      return new Compiled.OfSession(few.compile(network, options));
    } catch (UnsupportedOperatorException e) {
      var builder = Network.builder(network.name());
      Operand x =
          builder.input(network.inputs().getFirst().name(), network.inputs().getFirst().shape());
      builder.output(
          network.outputs().keySet().iterator().next(), builder.add("copy", new Copy(), x));
      return new Compiled.OfSession(few.compile(builder.build(), options));
    }
  }

  static final class Uncounted extends FaultyCompiled {
    Uncounted(Compiled sound) {
      super(sound);
    }

    @Override
    public List<StepTime> profile() {
      return super.profile().stream()
          .map(s -> new StepTime(s.step(), s.operator(), s.calls() / 2, s.nanos()))
          .toList();
    }
  }

  static final class Speechless extends FaultyCompiled {
    Speechless(Compiled sound) {
      super(sound);
    }

    @Override
    public String transfer() {
      return "";
    }
  }
}
