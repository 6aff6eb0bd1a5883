/* How near each timing comes to what the processor can do at most. */

function roofline(section) {
  const able = subjects.filter((subject) => pointsOf(subject).length);
  const host = el("div", {});
  const show = (subject) => {
    clear(host);
    host.append(rooflineChart(subject), el("p", { class: "note" }, rooflineNote(subject)));
    drawNew(host);
  };
  section.append(
    el(
      "p",
      {},
      "Each point is one timing: to the right the operations that it does for each byte it has to move, upwards how fast it does them. "
        + "Bytes are those of every operand, parameter and result once. A point cannot lie above the flat line, the measured peak of the multiply-adds; "
        + "below a slanted line its data may come from memory as slow as that."));
  if (able.length > 1) {
    section.append(
      el("div", { class: "controls" }, choice("Backend", [{ options: able.map((one) => ({ text: one.name, value: one })) }], able[0], show)));
  }
  section.append(host);
  show(able[0]);
}

function pointsOf(subject) {
  return timed
    .filter((one) => one.subject === subject)
    .flatMap((one) => one.variants.map((variant) => ({ one, variant, x: intensity(variant, subject.run.report.settings), y: variant.gflops })))
    .filter((point) => point.x > 0 && point.y > 0);
}

function rooflineNote(subject) {
  const { limits, settings } = subject.run.report;
  if (!subject.backend.onProcessor) {
    return "The limits of this device were not measured.";
  }
  const peak = limits.fmaGflops > 0 ? "Peak of one core: " + digits(limits.fmaGflops) + " GFLOP/s in vectors of " + limits.vectorBits + " bits. " : "The peak was not measured. ";
  const threads = settings.threads > 1 ? "Here " + settings.threads + " threads compute; the flat line is " + settings.threads + " times one core's peak, the slanted lines are one core's. " : "";
  return peak + threads + "A copy reads and writes, so a slanted line is twice the speed of copying a block of that size.";
}

/** The lines above which nothing gets: { name, rate } in GB/s moved, and the peak. */
function ceilings(subject) {
  const { limits, settings } = subject.run.report;
  if (!subject.backend.onProcessor) {
    return { peak: 0, slopes: [] };
  }
  return {
    peak: limits.fmaGflops * settings.threads,
    slopes: limits.copies
      .filter((copy) => copy.gigabytesPerSecond > 0)
      .map((copy) => ({ name: bytes(copy.bytes), rate: 2 * copy.gigabytesPerSecond })),
  };
}

function rooflineChart(subject) {
  const points = pointsOf(subject);
  const { peak, slopes } = ceilings(subject);
  const x = range([...points.map((point) => point.x), ...(peak ? slopes.map((slope) => peak / slope.rate) : [])]);
  const y = range([...points.map((point) => point.y), ...(peak ? [peak] : [])]);
  const kinds = [...new Set(points.map((point) => kindOf(point)))];
  return chart("Roofline: operations a second over operations a byte", (colours, width) => {
    const narrow = width < NARROW;
    return {
      height: narrow ? 430 : 480,
      option: {
        grid: { left: 52, right: narrow ? 12 : 24, top: narrow ? 84 : 44, bottom: 46 },
        legend: { top: 0, left: 0, itemGap: narrow ? 6 : 14, textStyle: { color: colours.text, fontSize: narrow ? 11 : 12 }, data: kinds },
        tooltip: { trigger: "item", ...tooltip(colours, (at) => at.data.lines) },
        xAxis: logarithmic("operations a byte", x, colours, 26),
        yAxis: { ...logarithmic("GFLOP/s", y, colours, 36), nameRotate: 90 },
        series: [
          ...slopes.map((slope) => slopeSeries(slope, peak, x, y, colours, narrow)),
          ...(peak ? [flatSeries(peak, slopes, x, colours, narrow)] : []),
          ...kinds.map((kind, i) => pointSeries(kind, points.filter((point) => kindOf(point) === kind), i, colours, subject)),
        ],
      },
    };
  });
}

/** A comparison goes by its first variant; those of others are a kind of their own. */
function kindOf(point) {
  return isOwn(point.variant) ? (point.one.comparison ? point.one.comparison.base : "whole networks") : "other libraries";
}

const SHAPES = ["circle", "rect", "triangle", "diamond", "path://M0,0L10,0L5,10Z", "roundRect", "arrow"];

function pointSeries(kind, points, i, colours, subject) {
  return {
    type: "scatter",
    name: kind,
    symbol: SHAPES[i % SHAPES.length],
    symbolSize: 9,
    z: 5,
    itemStyle: { color: colours.series[i % colours.series.length], opacity: 0.85, borderColor: colours.surface, borderWidth: 0.8 },
    data: points.map((point) => ({
      value: [Math.log2(point.x), Math.log2(point.y)],
      lines: barLines(point.variant.name + ", " + point.one.size, point.variant, subject.run.report),
    })),
  };
}

function slopeSeries(slope, peak, x, y, colours, narrow) {
  const start = Math.max(x.min, y.min / slope.rate);
  const end = Math.min(x.max, (peak || y.max) / slope.rate);
  return ceilingSeries([[start, start * slope.rate], [end, end * slope.rate]], narrow ? slope.name : slope.name + " copied, " + digits(slope.rate) + " GB/s", colours, 0);
}

function flatSeries(peak, slopes, x, colours, narrow) {
  const start = Math.max(x.min, Math.min(...slopes.map((slope) => peak / slope.rate), x.max));
  return ceilingSeries([[start, peak], [x.max, peak]], narrow ? "peak" : "peak " + digits(peak) + " GFLOP/s", colours, 1);
}

/** A line with its name at one of its two ends. */
function ceilingSeries(ends, name, colours, labelled) {
  return {
    type: "line",
    silent: true,
    symbol: "none",
    showSymbol: true,
    lineStyle: { color: colours.muted, width: 1.4, type: labelled ? "solid" : [5, 4] },
    data: ends.map((end, i) => ({
      value: end.map(Math.log2),
      symbol: i === labelled ? "circle" : "none",
      symbolSize: 1,
      label: {
        show: i === labelled,
        formatter: () => name,
        position: labelled ? "top" : "right",
        align: labelled ? "right" : "left",
        offset: labelled ? [0, 0] : [-2, 0],
        color: colours.muted,
        fontSize: 11,
        backgroundColor: colours.surface,
        padding: [1, 3],
      },
    })),
  };
}

/** Whole powers of two around values. */
function range(values) {
  const min = 2 ** Math.floor(Math.log2(Math.min(...values)) - 0.3);
  return { min, max: Math.max(min * 2, 2 ** Math.ceil(Math.log2(Math.max(...values)) + 0.3)) };
}

function logarithmic(name, { min, max }, colours, gap) {
  return {
    // The values are logarithms: the library's own logarithmic axis leaves most of its ticks out.
    type: "value",
    min: Math.log2(min),
    max: Math.log2(max),
    interval: 1,
    name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: { color: colours.muted, fontSize: 12 },
    axisLabel: { color: colours.muted, hideOverlap: true, formatter: (value) => String(Number((2 ** value).toPrecision(3))) },
    splitLine: { lineStyle: { color: colours.line } },
    axisLine: { lineStyle: { color: colours.line } },
    minorTick: { show: false },
  };
}
