/* What it was measured on, and how. */

function environment(section) {
  const rows = [
    ["time", (run) => run.report.environment.time],
    ["Shiftwise", (run) => run.report.environment.shiftwise],
    ["commit", (run) => run.report.environment.commit + (run.report.environment.modified ? ", with changes that are in no commit" : "")],
    ["Java", (run) => [run.report.environment.java, run.report.environment.jvm]],
    ["flags", (run) => run.report.environment.jvmFlags],
    ["system", (run) => run.report.environment.system + ", " + run.report.environment.architecture],
    ["processor", (run) => run.report.environment.processor + ", " + counted(run.report.environment.processors, "processor")],
    ["load before", (run) => (run.report.environment.loadAverage < 0 ? "unknown" : run.report.environment.loadAverage.toFixed(2))],
    ["threads", (run) => String(run.report.settings.threads)],
    ["images a run", (run) => String(run.report.settings.batch)],
    ["timing", (run) => timing(run.report.settings)],
    ["peak of one core", (run) => peak(run.report.limits)],
    ["copies on one core", (run) => run.report.limits.copies.map((copy) => bytes(copy.bytes) + ": " + digits(copy.gigabytesPerSecond) + " GB/s")],
    ["peers", (run) => run.report.peers.map((peer) => peer.name + (peer.missing ? ": not timed, " + peer.missing : " " + peer.version))],
  ];
  section.append(
    el(
      "div",
      { class: "scroll environment" },
      el(
        "table",
        {},
        runs.length > 1 ? el("thead", {}, el("tr", {}, el("th", {}, ""), runs.map((run) => el("th", { scope: "col" }, run.label)))) : "",
        el(
          "tbody",
          {},
          rows.map(([name, of]) => el("tr", {}, el("th", { scope: "row" }, name), runs.map((run) => el("td", {}, lines(of(run)))))),
          backendRows()))),
    machinesNote());
}

function lines(found) {
  return (Array.isArray(found) ? found : [found]).map((one) => el("div", {}, one));
}

function timing(settings) {
  return [
    counted(settings.rounds, "round") + " of " + digits(settings.sliceMillis) + " ms for each variant, in turns",
    "warm-up of at most " + digits(settings.warmUpMillis) + " ms",
  ];
}

function peak(limits) {
  return limits.fmaGflops > 0 ? digits(limits.fmaGflops) + " GFLOP/s float32, vectors of " + limits.vectorBits + " bits" : "not measured";
}

/** Every backend that any run knows, with its device and driver, or why it was not there. */
function backendRows() {
  const names = [...new Set(runs.flatMap((run) => [...run.report.backends, ...run.report.unavailable].map((one) => one.name)))];
  return names.map((name) => el("tr", {}, el("th", { scope: "row" }, name), runs.map((run) => el("td", {}, lines(backendLines(run, name))))));
}

function backendLines(run, name) {
  const there = run.report.backends.find((one) => one.name === name);
  if (there) {
    return [there.device, there.deviceId, ...Object.entries(there.properties).map(([key, value]) => key + ": " + value)];
  }
  return run.report.unavailable.find((one) => one.name === name)?.reasons.map((reason) => "unavailable: " + reason) ?? ["not measured"];
}

/** Several runs of one machine are no several machines. */
function machinesNote() {
  const machines = new Set(runs.map((run) => [run.report.environment.processor, run.report.environment.processors, run.report.environment.architecture].join()));
  return runs.length > 1 && machines.size < runs.length
    ? el("p", { class: "note" }, "Some of these runs name the same processor: they may be runs of one machine.")
    : "";
}

function method(section) {
  section.append(
    el(
      "ol",
      {},
      [
        "The limits of the processor come first: the peak of its multiply-adds and how fast it copies.",
        "Each network runs once and every output is compared with an evaluator in double precision, within the bounds of docs/SPEC.md. One wrong element, and nothing is timed.",
        "What is compared warms up in turns until nothing gets faster any more.",
        "In each round every variant runs for one slice of time, in an order that moves on from round to round.",
        "A time is the median over the rounds of a whole run, staging its input and fetching its output included. The spread is the distance of the quartiles as a share of it. "
          + "A ratio is the median of the ratios of each round, so that a busy neighbour or a changing clock touches both of a pair.",
      ].map((step) => el("li", {}, step))),
    el("p", {}, "docs/benchmarks.md of Shiftwise tells it in full, with the commands to repeat it. The results are in this page as JSON, in its element ", el("code", {}, "data"), "."));
}
