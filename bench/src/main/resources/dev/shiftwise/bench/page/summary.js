/* What was found, and whether it can be trusted. */

function heading() {
  const first = runs[0].report;
  const many = runs.length > 1;
  document.getElementById("title").textContent = many ? "Shiftwise: " + counted(runs.length, "run") + " compared" : "Shiftwise benchmark";
  document.title = many ? "Shiftwise comparison" : "Shiftwise benchmark: " + first.environment.processor;
  document.getElementById("subtitle").textContent = many
    ? runs.map((run) => run.label).join(" \u00b7 ")
    : [
        first.environment.processor,
        counted(first.settings.threads, "thread"),
        counted(first.settings.batch, "image") + " a run",
        first.environment.time.replace("T", " ").replace("Z", " UTC"),
      ].join(" \u00b7 ");
}

function summary(section) {
  const cards = [...comparisonCards(), ...(subjects.some((subject) => subject.backend.networks.length) ? [networkCard()] : [])];
  if (cards.length) {
    section.append(
      el("p", {}, "Time as a multiple of the first of each group, whose time is 1; above 1 is slower. Geometric means over all sizes, of ratios taken side by side in every round."),
      el("div", { class: subjects.length > 1 ? "cards wide" : "cards" }, cards));
  }
  section.append(el("h3", {}, "Can these figures be trusted?"));
  for (const run of runs) {
    if (runs.length > 1) {
      section.append(el("p", {}, el("b", {}, run.label)));
    }
    section.append(el("ul", { class: "checks" }, checks(run)));
  }
}

function comparisonCards() {
  const comparisons = new Map();
  for (const subject of subjects) {
    for (const comparison of subject.backend.comparisons) {
      comparisons.set(comparison.id, comparison);
    }
  }
  return [...comparisons.values()].map((comparison) =>
    card(comparison.title, comparison.base, (subject) => subject.backend.comparisons.find((one) => one.id === comparison.id)?.geometricMeans ?? {}));
}

function networkCard() {
  return card("Whole networks", "", (subject) => subject.backend.networkMeans);
}

/** Geometric means by name, a column for each backend. */
function card(title, base, meansOf) {
  const shown = subjects.filter((subject) => Object.keys(meansOf(subject)).length);
  const names = [...new Set(shown.flatMap((subject) => Object.keys(meansOf(subject))))];
  const columns = [
    { name: "", text: (name) => name },
    ...shown.map((subject) => ({
      name: subjects.length > 1 ? subject.name : "",
      number: true,
      text: (name) => meansOf(subject)[name]?.toFixed(2) ?? "\u2013",
      mark: (name) => (name === base ? "own" : ""),
    })),
  ];
  return el("div", { class: "card" }, el("h3", {}, title), table(columns, names));
}

/** What speaks for a run and what against it, a line each. */
function checks(run) {
  const { report } = run;
  const of = timed.filter((one) => one.subject.run === run);
  const all = of.flatMap((one) => one.variants.map((variant) => ({ one, variant })));
  const lines = [line("", "Every output was compared with an evaluator in double precision before anything was timed.")];
  if (all.length) {
    lines.push(spreadLine(all), warmUpLine(of));
  }
  lines.push(loadLine(report.environment), commitLine(report.environment), conformanceLine(report.conformance));
  for (const peer of report.peers) {
    lines.push(peerLine(peer, all));
  }
  return lines;
}

function line(kind, text) {
  return el("li", { class: kind }, text);
}

/** A library on the processor is there, but no measure, where every backend is on another device. */
function peerLine(peer, all) {
  const name = peer.name.replace(/ on .*/, "");
  return peer.missing
    ? line("open", peer.name + " was not timed: " + peer.missing)
    : all.some(({ variant }) => variant.name.startsWith(name))
      ? line("", peer.name + " " + peer.version + " was timed in turns with the rest.")
      : line("open", peer.name + " " + peer.version + " is there and was not timed with these.");
}

function spreadLine(all) {
  const noisy = all.filter(({ variant }) => variant.spread > NOISY).length;
  const middle = percent(median(all.map(({ variant }) => variant.spread)));
  return noisy
    ? line("doubt", "Spread: " + middle + " in the middle, but above " + 100 * NOISY + " % for " + noisy + " of " + all.length + ": something else kept the processor busy; measure again on a quiet machine.")
    : line("", "Spread: the quartiles of " + counted(all.length, "timing") + " lie " + middle + " apart in the middle, " + percent(Math.max(...all.map(({ variant }) => variant.spread))) + " at most.");
}

function warmUpLine(of) {
  const restless = of.filter((one) => !one.steady);
  return restless.length
    ? line("doubt", "Warm-up: in " + restless.length + " of " + of.length + " something was still getting faster when its time was over.")
    : line("", "Warm-up went on until nothing got faster any more.");
}

function loadLine(environment) {
  if (environment.loadAverage < 0) {
    return line("open", "How busy the machine was before is not known.");
  }
  const text = "Load before the start: " + environment.loadAverage.toFixed(2) + " on " + counted(environment.processors, "processor") + ".";
  return line(environment.loadAverage > 0.5 ? "doubt" : "", text);
}

function commitLine(environment) {
  const known = /^[0-9a-f]{40}$/.test(environment.commit);
  const text = "Shiftwise " + environment.shiftwise + ", commit " + (known ? environment.commit.slice(0, 12) : environment.commit);
  return environment.modified ? line("doubt", text + ", with changes that are in no commit.") : line(known ? "" : "open", text + ".");
}

function conformanceLine(conformance) {
  if (!conformance) {
    return line("open", "The rules of the specification were not run beside.");
  }
  const passed = conformance.backends
    .filter((one) => one.device)
    .map((one) => one.backend + " " + one.rules.filter((rule) => rule.verdict === "PASS").length + " of " + one.rules.length);
  return line(conformance.failed ? "doubt" : "", "Rules of the specification passed: " + (passed.join(", ") || "none") + (conformance.failed ? "; some failed." : "."));
}
