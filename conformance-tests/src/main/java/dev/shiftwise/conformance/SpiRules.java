package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.StepTime;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operator;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Step;
import dev.shiftwise.plan.UnsupportedOperatorException;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** SPEC section 6: the plugin interface. */
final class SpiRules {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  private SpiRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.ofProvider(
            "SPI-01", "probe answers, again and again, and leaves nothing", SpiRules::probe),
        Rule.ofProvider(
            "SPI-02", "the provider is registered; making it does nothing", SpiRules::made),
        Rule.ofProvider("SPI-03", "the provider has a name and this version", SpiRules::names),
        Rule.ofProvider("SPI-04", "devices have a stable identity", SpiRules::devices),
        Rule.ofProvider(
            "SPI-05", "an unavailable backend says why and what to do", SpiRules::reasons),
        Rule.ofProvider("SPI-06", "a device of somebody else is refused", SpiRules::otherDevice),
        Rule.of("SPI-07", "an opened backend is the device asked for", SpiRules::opened),
        Rule.of("SPI-08", "what the capabilities list runs as itself", SpiRules::listed),
        Rule.of(
            "SPI-09", "what they do not list is lowered or refused by name", SpiRules::unlisted),
        Rule.of("SPI-10", "shift readers read in place", SpiRules::shiftReaders),
        Rule.of(
            "SPI-11", "closing leaves no thread; closing twice does nothing", SpiRules::closing),
        Rule.of("SPI-12", "a profile counts every step of every run", SpiRules::profile),
        Rule.of("SPI-13", "transfer says in a line how data crosses", SpiRules::transfer));
  }

  // ---- provider ----

  private static void probe(Trial trial) {
    BackendProvider provider = trial.subject().provider();
    noNewThreads(
        trial,
        "probe",
        () -> {
          Probe first = provider.probe();
          for (int i = 0; i < 3; i++) {
            Probe again = provider.probe();
            trial.check(
                words(again).equals(words(first)),
                () -> "probe says " + words(again) + ", before it said " + words(first));
          }
        });
  }

  private static List<String> words(Probe probe) {
    return switch (probe) {
      case Probe.Available(var devices) ->
          devices.stream().map(device -> device.backend() + " " + device.id()).toList();
      case Probe.Unavailable(var reasons) ->
          reasons.stream().map(reason -> reason.code().word()).toList();
    };
  }

  /** Runs something after which no new thread may be left. */
  private static void noNewThreads(Trial trial, String what, Runnable action) {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    action.run();
    long end = System.nanoTime() + PATIENCE;
    Set<Thread> left = newThreads(before);
    while (!left.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      left = newThreads(before);
    }
    Set<Thread> leaked = left;
    trial.check(leaked.isEmpty(), () -> what + " leaves threads behind: " + leaked);
  }

  private static Set<Thread> newThreads(Set<Thread> before) {
    Set<Thread> now = new HashSet<>(Thread.getAllStackTraces().keySet());
    now.removeAll(before);
    // The JDK's own, started by whoever needs them first.
    now.removeIf(
        thread -> {
          ThreadGroup group = thread.getThreadGroup();
          return group == null || group.getName().equals("system") || isJdk(thread);
        });
    return now;
  }

  private static boolean isJdk(Thread thread) {
    String name = thread.getName();
    return name.startsWith("ForkJoinPool.commonPool") || name.startsWith("Cleaner-");
  }

  private static void made(Trial trial) {
    Class<?> type = trial.subject().provider().getClass();
    var registered =
        ServiceLoader.load(BackendProvider.class, type.getClassLoader()).stream()
            .filter(provider -> provider.type().equals(type))
            .findFirst();
    trial.check(
        registered.isPresent(),
        () ->
            type.getName()
                + " is not registered; name it in META-INF/services/"
                + BackendProvider.class.getName()
                + " and in module-info");
    noNewThreads(
        trial,
        "the provider's constructor",
        () -> {
          BackendProvider another = registered.orElseThrow().get();
          trial.check(
              another.name().equals(trial.subject().provider().name()),
              () -> "another provider of " + type.getName() + " is called " + another.name());
        });
  }

  private static void names(Trial trial) {
    BackendProvider provider = trial.subject().provider();
    String name = provider.name();
    trial.check(
        name.matches("[a-z0-9][a-z0-9-]*"),
        () -> "the name is '" + name + "', wanted small letters, digits and hyphens");
    trial.check(name.equals(provider.name()), () -> "the name changes");
    trial.check(
        provider.spiVersion() == BackendProvider.SPI_VERSION,
        () -> "spiVersion is " + provider.spiVersion() + ", wanted " + BackendProvider.SPI_VERSION);
  }

  private static List<Device> available(Trial trial) {
    if (trial.subject().provider().probe() instanceof Probe.Available(var devices)) {
      return devices;
    }
    throw Trial.untestable("the backend is not available here, so it names no device");
  }

  private static void devices(Trial trial) {
    List<Device> devices = available(trial);
    Set<String> ids = new HashSet<>();
    for (Device device : devices) {
      String name = trial.subject().provider().name();
      trial.check(
          device.backend().equals(name),
          () -> "device " + device + " says backend '" + device.backend() + "', wanted " + name);
      trial.check(
          !device.id().isBlank() && !device.id().matches("\\d+"),
          () -> "device id is '" + device.id() + "', wanted an identity and not an index");
      trial.check(
          !device.name().isBlank() && device.name().lines().count() == 1,
          () -> "device name is '" + device.name() + "', wanted one line");
      trial.check(ids.add(device.id()), () -> "two devices have the id '" + device.id() + "'");
    }
    trial.check(
        available(trial).equals(devices),
        () -> "a second probe names other devices: " + available(trial) + ", before " + devices);
  }

  private static void reasons(Trial trial) {
    if (!(trial.subject().provider().probe() instanceof Probe.Unavailable(var reasons))) {
      throw Trial.untestable("the backend is available here, so it gives no reasons");
    }
    for (Reason reason : reasons) {
      for (String text : List.of(reason.message(), reason.remedy())) {
        trial.check(
            !text.isBlank() && text.lines().count() == 1,
            () -> "a reason says '" + text + "', wanted one line");
      }
    }
  }

  private static void otherDevice(Trial trial) {
    trial.refuses(
        IllegalArgumentException.class,
        List.of("device"),
        "a device of another backend",
        () ->
            trial
                .subject()
                .provider()
                .open(new Device("nobody", "nowhere-0", "no such device", 0, Map.of()))
                .close());
  }

  // ---- backend ----

  private static void opened(Trial trial) {
    List<Device> devices = available(trial);
    for (Device device : devices) {
      try (Backend backend = trial.subject().provider().open(device)) {
        trial.check(
            backend.device().equals(device),
            () -> "asked for " + device + " and got " + backend.device());
        Capabilities capabilities = backend.capabilities();
        trial.check(
            backend.capabilities().equals(capabilities)
                && backend.layout().equals(backend.layout()),
            () -> "capabilities or layout change from call to call");
      }
    }
  }

  private static void listed(Trial trial) {
    Set<Class<? extends Operator>> operators = trial.subject().backend().capabilities().operators();
    for (Network network : Samples.networks(trial)) {
      Operator operator = Samples.operator(network);
      if (operators.contains(operator.getClass())) {
        try (Compiled compiled = trial.compile(network, 1)) {
          trial.check(
              steps(compiled).contains(operator.getClass()),
              () -> operator.kind() + " is listed, but the plan runs " + steps(compiled));
        }
        trial.agrees(network, 1, Numbers.INTEGERS);
      }
    }
  }

  private static List<Class<? extends Operator>> steps(Compiled compiled) {
    return compiled.plan().steps().stream()
        .map(Step::node)
        .<Class<? extends Operator>>map(node -> node.operator().getClass())
        .toList();
  }

  private static void unlisted(Trial trial) {
    Set<Class<? extends Operator>> operators = trial.subject().backend().capabilities().operators();
    for (Network network : Samples.networks(trial)) {
      String kind = Samples.operator(network).kind();
      try (Compiled compiled = trial.compile(network, 1)) {
        trial.check(
            operators.containsAll(steps(compiled)),
            () -> kind + " became " + steps(compiled) + ", not all of which are listed");
        trial.agrees(network, 1, Numbers.INTEGERS);
      } catch (UnsupportedOperatorException e) {
        trial.check(
            !operators.contains(Samples.operator(network).getClass())
                && String.valueOf(e.getMessage()).contains("'" + Samples.NODE),
            () -> kind + " was refused with '" + e.getMessage() + "', wanted the node's name");
      }
    }
  }

  private static void shiftReaders(Trial trial) {
    Set<Class<? extends Operator>> readers =
        trial.subject().backend().capabilities().shiftReaders();
    for (Operator operator : Samples.shiftable(trial)) {
      for (Border border : List.of(RING, ZERO)) {
        Shape shape = Samples.SHAPE;
        AddressShift shift = AddressShift.addressNet(border, shape.channels());
        Network network = Nets.one(operator, shape, new ChannelShift(1), shift);
        trial.agrees(network, 2, Numbers.INTEGERS);
        if (readers.contains(operator.getClass())) {
          try (Compiled compiled = trial.compile(network, 1)) {
            trial.check(
                compiled.plan().copies().isEmpty(),
                () -> operator.kind() + " reads in place, but: " + compiled.plan().copies());
          }
        }
      }
    }
  }

  private static void closing(Trial trial) {
    List<Device> devices = available(trial);
    noNewThreads(
        trial,
        "a closed backend",
        () -> {
          Backend backend = trial.subject().provider().open(Conformance.best(devices));
          Network network = SessionRules.network(trial, Numbers.INTEGERS);
          CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(2).withThreads(3);
          Compiled compiled = new Compiled.OfSession(backend.compile(network, options));
          Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
          SessionRules.run(network, compiled, inputs, 2);
          compiled.close();
          compiled.close();
          backend.close();
          backend.close();
        });
  }

  private static void profile(Trial trial) {
    Network network = SessionRules.network(trial, Numbers.INTEGERS);
    Map<String, int[]> inputs = trial.inputs(network, 1, Numbers.INTEGERS);
    CompileOptions options = CompileOptions.DEFAULT.withThreads(1);
    try (Compiled plain = trial.compile(network, options);
        Compiled timed = trial.compile(network, options.withProfile(true))) {
      List<StepTime> before = timed.profile();
      for (int i = 0; i < 3; i++) {
        SessionRules.run(network, plain, inputs, 1);
        SessionRules.run(network, timed, inputs, 1);
      }
      trial.check(
          plain.profile().isEmpty(), () -> "a profile nobody asked for: " + plain.profile());
      List<StepTime> after = timed.profile();
      if (after.isEmpty()) {
        throw Trial.untestable("the backend gives no profile");
      }
      trial.check(
          after.size() == timed.plan().steps().size(),
          () -> "the profile has " + after + ", wanted a line for each step of " + timed.plan());
      for (int i = 0; i < after.size(); i++) {
        StepTime step = after.get(i);
        long calls = step.calls() - (before.isEmpty() ? 0 : before.get(i).calls());
        trial.check(
            calls == 3 && step.nanos() >= 0,
            () -> "step " + step.step() + " was timed " + calls + " times in 3 runs");
      }
    }
  }

  private static void transfer(Trial trial) {
    try (Compiled compiled = trial.compile(Nets.copy(Samples.SHAPE), 1)) {
      String transfer = compiled.transfer();
      trial.check(
          !transfer.isBlank() && transfer.lines().count() == 1,
          () -> "transfer says '" + transfer + "', wanted one line");
    }
  }
}
