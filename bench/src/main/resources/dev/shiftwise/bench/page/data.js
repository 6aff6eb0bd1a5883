/* The results that this page holds, and what is derived from them. */

const merged = JSON.parse(document.getElementById("data").textContent);

/** Above this distance of the quartiles something else kept the processor busy. */
const NOISY = 0.25;

const runs = merged.results.map((result, number) => ({ number, label: result.label, report: result.report }));

/** Every backend of every run. */
const subjects = runs.flatMap((run) =>
  run.report.backends.map((backend) => ({
    run,
    backend,
    name: runs.length > 1 ? run.label + ", " + backend.name : backend.name,
  })));

/** What was timed together: a comparison at one size, or a whole network. */
function timedTogether(subject) {
  const ofComparisons = subject.backend.comparisons.flatMap((comparison) =>
    comparison.workloads.map((one) => ({
      subject,
      comparison,
      title: comparison.title,
      size: sizeOf(one.workload),
      steady: one.steady,
      variants: one.variants,
    })));
  const ofNetworks = subject.backend.networks.map((one) => ({
    subject,
    comparison: null,
    title: "Whole networks",
    size: one.name,
    steady: one.steady,
    variants: one.variants,
  }));
  return [...ofComparisons, ...ofNetworks];
}

const timed = subjects.flatMap(timedTogether);

function sizeOf(workload) {
  return workload.channels + "\u00d7" + workload.height + "\u00d7" + workload.width + ", " + counted(workload.groups, "group");
}

/** Operations per byte that has to be moved. */
function intensity(variant, settings) {
  return (2 * variant.multiplyAdds * settings.batch) / variant.trafficBytes;
}

/** Whether a variant is run by the backend itself and not by a library of others. */
function isOwn(variant) {
  return variant.plan !== null;
}

/** The columns that every table of variants has. */
const VARIANT_COLUMNS = [
  { name: "median", number: true, text: (row) => time(row.variant.medianNanos) },
  {
    name: "quartiles",
    number: true,
    text: (row) => time(row.variant.lowerQuartileNanos) + " \u2013 " + time(row.variant.upperQuartileNanos),
  },
  { name: "spread", number: true, text: (row) => percent(row.variant.spread), mark: (row) => (row.variant.spread > NOISY ? "FAIL" : "") },
  { name: "best", number: true, text: (row) => time(row.variant.bestNanos) },
  { name: "GFLOP/s", number: true, text: (row) => digits(row.variant.gflops) },
  { name: "ratio to the base", number: true, text: (row) => times(row.variant.ratio) },
  { name: "multiply-adds", number: true, text: (row) => whole(row.variant.multiplyAdds) },
  { name: "bytes moved", number: true, text: (row) => bytes(row.variant.trafficBytes) },
  {
    name: "copies added",
    number: true,
    text: (row) => (row.variant.plan ? whole(row.variant.plan.copies.length) : "\u2013"),
  },
];

function variantTable(firstColumns, rows) {
  return el("details", {}, el("summary", {}, "All figures as a table"), table([...firstColumns, ...VARIANT_COLUMNS], rows));
}
