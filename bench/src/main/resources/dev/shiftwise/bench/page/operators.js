/* Whole networks and single operators, side by side. */

/** All networks, on all backends of all runs, beside the libraries of others. */
function networks(section) {
  const names = [...new Set(subjects.flatMap((subject) => subject.backend.networks.map((one) => one.name)))];
  const groups = names.map((name) => networkGroup(name)).filter((group) => group.bars.length);
  section.append(
    el("p", {}, "Time of a run as a multiple of the fastest for the same network. Bars are medians, whiskers the quartiles."));
  if (groups.length) {
    section.append(barChart("Time of whole networks as a multiple of the fastest", groups, { name: "time, fastest = 1", marks: [{ at: 1, name: "" }], tinted: true }));
  }
  const rows = timed
    .filter((one) => !one.comparison)
    .flatMap((one) => one.variants.map((variant) => ({ one, variant })));
  section.append(
    variantTable(
      [
        { name: "network", text: (row) => row.one.size },
        { name: "on", text: (row) => row.one.subject.name },
        { name: "runs in", text: (row) => row.variant.name },
      ],
      rows));
  const leftOut = subjects.flatMap((subject) =>
    subject.backend.networks.flatMap((one) => one.leftOut.map((why) => el("li", {}, subject.name + ", " + one.name + ": " + why))));
  if (leftOut.length) {
    section.append(el("h3", {}, "Left out"), el("ul", { class: "note" }, leftOut));
  }
}

function networkGroup(name) {
  const found = subjects.flatMap((subject) =>
    subject.backend.networks
      .filter((one) => one.name === name)
      .flatMap((one) => one.variants.map((variant) => ({ subject, variant, one }))));
  const engines = engineNames();
  const fastest = Math.min(...found.map(({ variant }) => variant.medianNanos));
  const first = found[0]?.one;
  return {
    title: first ? name + "  " + first.input + ", " + digits(first.multiplyAdds / 1e6) + " M multiply-adds" : name,
    bars: found.map(({ subject, variant }) => ({
      ...relative(variant, variant.medianNanos / fastest),
      name: engineOn(subject, variant),
      tint: engines.indexOf(variant.name),
      lines: barLines(name + ", " + engineOn(subject, variant), variant, subject.run.report),
    })),
  };
}

/** The engines in the order in which they appear: the same colour everywhere. */
function engineNames() {
  return [...new Set(subjects.flatMap((subject) => [subject.backend.name, ...subject.backend.networks.flatMap((one) => one.variants.map((variant) => variant.name))]))];
}

/** A library of others is timed beside each backend, each time anew. */
function engineOn(subject, variant) {
  const where = runs.length > 1 ? subject.run.label + ": " : "";
  const beside = subject.run.report.backends.length > 1 && variant.name !== subject.backend.name;
  return where + variant.name + (beside ? " (with " + subject.backend.name + ")" : "");
}

function relative(variant, value) {
  return {
    value,
    low: (value * variant.lowerQuartileNanos) / variant.medianNanos,
    high: (value * variant.upperQuartileNanos) / variant.medianNanos,
    figure: times(value),
    detail: time(variant.medianNanos),
  };
}

/** Each comparison of one backend, at every size. */
function operators(section) {
  const able = subjects.filter((subject) => subject.backend.comparisons.length);
  const charts = el("div", {});
  const show = (subject) => {
    clear(charts);
    subject.backend.comparisons.forEach((comparison) => charts.append(...comparisonParts(subject, comparison)));
    drawNew(charts);
  };
  section.append(
    el(
      "p",
      {},
      "Each is a chain of ", counted(able[0].run.report.settings.layers, "layer"), " with weights of its own; the blue bar is the primitive, the others are what it replaces. "
        + "Time as a multiple of the fastest at the same size, from ratios taken in every round; whiskers are the quartiles of its own times."));
  if (able.length > 1) {
    section.append(
      el("div", { class: "controls" }, choice("Backend", [{ options: able.map((one) => ({ text: one.name, value: one })) }], able[0], show)));
  }
  section.append(charts);
  show(able[0]);
}

function comparisonParts(subject, comparison) {
  const means = comparison.geometricMeans;
  const fastestMean = Math.min(...Object.values(means));
  const meanGroup = {
    title: "Geometric mean of " + counted(comparison.workloads.length, "size"),
    bars: Object.entries(means).map(([name, mean]) => ({
      name,
      value: mean / fastestMean,
      low: mean / fastestMean,
      high: mean / fastestMean,
      figure: times(mean / fastestMean),
      own: name === comparison.base,
      lines: [name, times(mean) + " the time of " + comparison.base + " in the geometric mean"],
    })),
  };
  const groups = comparison.workloads.map((one) => {
    const fastest = Math.min(...one.variants.map((variant) => variant.ratio));
    return {
      title: sizeOf(one.workload) + (one.steady ? "" : " *"),
      bars: one.variants.map((variant) => ({
        ...relative(variant, variant.ratio / fastest),
        name: variant.name,
        own: variant.name === comparison.base,
        lines: barLines(variant.name + ", " + sizeOf(one.workload), variant, subject.run.report),
      })),
    };
  });
  const rows = comparison.workloads.flatMap((one) => one.variants.map((variant) => ({ one, variant })));
  return [
    el("h3", {}, comparison.title),
    barChart(comparison.title + ": time as a multiple of the fastest", [meanGroup, ...groups], { name: "time, fastest = 1", marks: [{ at: 1, name: "" }] }),
    ...(comparison.workloads.every((one) => one.steady) ? [] : [el("p", { class: "note" }, "* still getting faster when the time for warming up was over")]),
    variantTable(
      [
        { name: "size", text: (row) => sizeOf(row.one.workload) },
        { name: "variant", text: (row) => row.variant.name },
      ],
      rows),
  ];
}

/** One operator on every backend of every run. */
function sideBySide(section) {
  const options = new Map();
  for (const subject of subjects) {
    for (const comparison of subject.backend.comparisons) {
      for (const name of Object.keys(comparison.geometricMeans)) {
        options.set(comparison.id + " " + name, { id: comparison.id, title: comparison.title, name });
      }
    }
  }
  const all = [...options.values()];
  const host = el("div", {});
  const show = (chosen) => {
    clear(host);
    host.append(barChart(chosen.name + " on every backend", sideGroups(chosen), { name: "time, fastest = 1", marks: [{ at: 1, name: "" }], tinted: true }));
    drawNew(host);
  };
  const titles = [...new Set(all.map((one) => one.title))];
  const first = all.find((one) => one.id === "fusion") ?? all[0];
  section.append(
    el("p", {}, "Time of the same chain as a multiple of the fastest backend or machine at the same size. Medians of different runs, which were not taken side by side."),
    el(
      "div",
      { class: "controls" },
      choice("Operator", titles.map((title) => ({ title, options: all.filter((one) => one.title === title).map((one) => ({ text: one.name, value: one })) })), first, show)),
    host);
  show(first);
}

function sideGroups(chosen) {
  const sizes = new Map();
  subjects.forEach((subject, tint) => {
    const comparison = subject.backend.comparisons.find((one) => one.id === chosen.id);
    for (const one of comparison?.workloads ?? []) {
      const variant = one.variants.find((each) => each.name === chosen.name);
      if (variant) {
        const size = sizeOf(one.workload);
        sizes.set(size, [...(sizes.get(size) ?? []), { subject, tint, variant }]);
      }
    }
  });
  return [...sizes].map(([size, found]) => {
    const fastest = Math.min(...found.map(({ variant }) => variant.medianNanos));
    return {
      title: size,
      bars: found.map(({ subject, tint, variant }) => ({
        ...relative(variant, variant.medianNanos / fastest),
        name: subject.name,
        tint,
        lines: barLines(subject.name + ", " + size, variant, subject.run.report),
      })),
    };
  });
}
