/* The memory plan: which bytes of the slab hold what, and at which steps. */

function memory(section) {
  const groups = planGroups();
  const host = el("div", {});
  const show = (one) => {
    clear(host);
    host.append(...planParts(one));
    drawNew(host);
  };
  section.append(
    el(
      "p",
      {},
      "A network runs in one slab of memory, planned before it runs. Each rectangle is a value: to the right the steps from the one that makes it to the last that reads it, "
        + "upwards its bytes in the slab. Values that are never alive together share bytes. Where rectangles lie over each other, one is a window into the other: a shift or a joint that moves nothing."));
  const first = favourite(groups);
  section.append(el("div", { class: "controls" }, choice("Plan", groups, first, show)), host);
  show(first);
}

function planGroups() {
  const title = (one) => (subjects.length > 1 ? one.subject.name + ": " : "") + one.title;
  const groups = new Map();
  for (const one of timed) {
    for (const variant of one.variants.filter(isOwn)) {
      const options = groups.get(title(one)) ?? [];
      options.push({ text: one.comparison ? variant.name + ", " + one.size : one.size, value: { one, variant } });
      groups.set(title(one), options);
    }
  }
  // Whole networks first: they are what a reader came for.
  return [...groups]
    .map(([name, options]) => ({ title: name, options }))
    .sort((a, b) => Boolean(a.options[0].value.one.comparison) - Boolean(b.options[0].value.one.comparison));
}

/** A network, else the sliding window of the shortcut shift, which shows most. */
function favourite(groups) {
  const all = groups.flatMap((group) => group.options.map((option) => option.value));
  return all.find(({ one }) => !one.comparison) ?? all.find(({ one, variant }) => one.comparison.id === "shortcut-shift" && variant.name === one.comparison.base) ?? all[0];
}

function planParts({ one, variant }) {
  const { plan } = variant;
  const most = Math.max(plan.sumBytes, plan.slabBytes, 1);
  const meter = (name, amount) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = (100 * amount) / most + "%";
    return [el("span", {}, name), el("span", { class: "track" }, fill), el("span", { class: "number" }, bytes(amount))];
  };
  const parts = [
    el(
      "div",
      { class: "meter" },
      meter("sum of activations", plan.sumBytes),
      meter("slab", plan.slabBytes),
      meter("live peak", plan.peakLiveBytes)),
    el(
      "p",
      { class: "note" },
      planSentence(plan)),
    mapChart(one.size + ", " + variant.name, plan),
  ];
  if (plan.copies.length) {
    parts.push(
      el("h3", {}, "Copies that the plan had to add"),
      el("ul", { class: "note" }, plan.copies.map((copy) => el("li", {}, copy.node + ", " + bytes(copy.bytes) + ": " + copy.reason))));
  }
  parts.push(valueTable(plan));
  return parts;
}

function planSentence(plan) {
  const share = plan.slabBytes ? plan.sumBytes / plan.slabBytes : 1;
  return (
    counted(plan.values.length, "value") + " in " + counted(plan.steps.length, "step") + " for " + counted(plan.images, "image") + " at once. The slab is "
    + (share >= 1.005 ? times(share) + " smaller than the sum" : "no smaller than the sum")
    + " and " + (plan.slabBytes <= plan.peakLiveBytes * 1.005 ? "as small as the live peak allows" : percent(plan.slabBytes / plan.peakLiveBytes - 1) + " above the live peak")
    + "; " + bytes(plan.guardBytes) + " of it are guards for shifted readers. " + counted(plan.copies.length, "copy", "copies") + " added."
  );
}

function mapChart(title, plan) {
  const steps = plan.steps.length;
  return chart("Memory plan of " + title, (colours, width) => ({
    height: width < NARROW ? 340 : 440,
    option: {
      grid: { left: 66, right: 14, top: 30, bottom: 46 },
      legend: { top: 0, left: 0, selectedMode: false, textStyle: { color: colours.text }, data: ROLES.map((role) => role.name) },
      tooltip: { trigger: "item", ...tooltip(colours, (at) => valueLines(plan, at.data.held)) },
      xAxis: {
        type: "value",
        min: -1,
        max: steps + 1,
        minInterval: 1,
        name: "step (\u22121: inputs are staged)",
        nameLocation: "middle",
        nameGap: 26,
        nameTextStyle: { color: colours.muted, fontSize: 12 },
        axisLabel: { color: colours.muted, showMaxLabel: false, hideOverlap: true },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { lineStyle: { color: colours.line } },
      },
      yAxis: {
        type: "value",
        min: 0,
        max: plan.slabBytes || 1,
        interval: byteInterval(plan.slabBytes),
        axisLine: { onZero: false, show: true, lineStyle: { color: colours.line } },
        axisLabel: { color: colours.muted, showMaxLabel: false, formatter: (value) => (value ? bytes(value) : "0") },
        splitLine: { lineStyle: { color: colours.line } },
      },
      series: ROLES.map((role, i) => ({
        type: "custom",
        name: role.name,
        itemStyle: { color: colours.series[role.colour] },
        renderItem: rectangle(plan, colours, colours.series[role.colour]),
        encode: { x: [0, 1], y: [2, 3] },
        data: plan.values
          .filter((held) => roleOf(held, steps) === i)
          .map((held) => ({
            value: [held.firstStep, Math.max(held.lastStep, held.firstStep) + 1, held.offset, held.offset + held.bytes, plan.values.indexOf(held)],
            held,
          })),
      })),
    },
  }));
}

const ROLES = [
  { name: "in between", colour: 0 },
  { name: "input", colour: 4 },
  { name: "output", colour: 1 },
];

function roleOf(held, steps) {
  return held.firstStep < 0 ? 1 : held.lastStep >= steps ? 2 : 0;
}

/** About five lines, at powers of two. */
function byteInterval(slab) {
  return Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(slab, 1) / 6)));
}

function rectangle(plan, colours, colour) {
  return (_, api) => {
    const [left, top] = api.coord([api.value(0), api.value(3)]);
    const [right, bottom] = api.coord([api.value(1), api.value(2)]);
    const box = {
      type: "rect",
      shape: { x: left + 0.5, y: top, width: Math.max(1, right - left - 1), height: Math.max(1, bottom - top) },
      style: { fill: colour, opacity: 0.5, stroke: colours.text, lineWidth: 0.7 },
    };
    const { name } = plan.values[api.value(4)];
    if (bottom - top < 14 || right - left < widthOf(name, 11) + 6) {
      return box;
    }
    const label = { text: name, x: (left + right) / 2, y: (top + bottom) / 2, align: "center", verticalAlign: "middle", fontSize: 11, fill: colours.text };
    return { type: "group", children: [box, { type: "text", silent: true, style: label }] };
  };
}

function valueLines(plan, held) {
  const maker = plan.steps[held.firstStep];
  return [
    held.name,
    held.shape + ", " + bytes(held.bytes) + " from byte " + whole(held.offset),
    (held.firstStep < 0 ? "an input" : "made in step " + held.firstStep + (maker?.node === held.name ? " by " + maker.operator : "")) + ", "
      + (held.lastStep >= plan.steps.length ? "an output" : "last read in step " + held.lastStep),
  ];
}

function valueTable(plan) {
  return el(
    "details",
    {},
    el("summary", {}, "All values as a table"),
    table(
      [
        { name: "value", text: (held) => held.name },
        { name: "made by", text: (held) => (plan.steps[held.firstStep]?.node === held.name ? plan.steps[held.firstStep].operator : "\u2013") },
        { name: "shape", number: true, text: (held) => held.shape },
        { name: "offset", number: true, text: (held) => whole(held.offset) },
        { name: "bytes", number: true, text: (held) => whole(held.bytes) },
        { name: "steps", number: true, text: (held) => held.firstStep + " \u2013 " + held.lastStep },
      ],
      plan.values));
}
