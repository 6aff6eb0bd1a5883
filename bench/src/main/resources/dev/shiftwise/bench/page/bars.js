/* Bars with the distance of the quartiles as whiskers. */

const ROW = 22;

/**
 * Makes a chart of bars in groups.
 *
 * @param groups of { title, bars: [{ name, value, low, high, figure, detail, own, lines, tint }] }
 * @param axis { name, marks: [{ at, name }], tinted } where a mark is a line across all bars, inside
 *     the axis
 */
function barChart(title, groups, axis) {
  const rows = groups.flatMap((group) => [...(group.title ? [{ heading: group.title }] : []), ...group.bars]);
  return chart(title, (colours, width) => {
    const narrow = width < NARROW;
    const scale = axisScale(rows, narrow ? 3 : 5);
    const left = Math.round(Math.min(Math.max(...rows.map((row) => widthOf(row.name ?? "", 12))) + 14, width * (narrow ? 0.38 : 0.3)));
    const right = narrow ? 58 : 132;
    return {
      height: rows.length * ROW + 58,
      option: {
        grid: { left, right, top: 8, bottom: 44 },
        tooltip: { trigger: "item", ...tooltip(colours, (point) => rows[point.dataIndex].lines) },
        xAxis: {
          type: "value",
          min: 0,
          max: scale.max,
          interval: scale.interval,
          name: axis.name,
          nameLocation: "middle",
          nameGap: 26,
          nameTextStyle: { color: colours.muted, fontSize: 12 },
          axisLabel: { color: colours.muted, hideOverlap: true },
          splitLine: { lineStyle: { color: colours.line } },
        },
        yAxis: {
          type: "category",
          inverse: true,
          data: rows.map((_, i) => i),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colours.line } },
          axisLabel: {
            interval: 0,
            color: colours.text,
            fontSize: 12,
            width: left - 10,
            overflow: "truncate",
            formatter: (i) => rows[i].name ?? "",
          },
        },
        series: [
          bars(rows, axis, colours),
          { type: "custom", silent: true, clip: false, z: 5, renderItem: whisker(rows, scale.max, colours, narrow), data: rows.map((row, i) => [row.value ?? 0, i]) },
        ],
      },
    };
  });
}

/**
 * Chooses an axis from 0 that shows all bars, but not at the cost of the others: what is far longer
 * than most, or swings far wider, is cut at the end.
 */
function axisScale(rows, intervals) {
  const values = rows.filter((row) => !row.heading).map((row) => row.value).sort((a, b) => a - b);
  const usual = 4 * values[Math.floor(0.75 * (values.length - 1))];
  const longest = Math.min(values.at(-1), usual);
  const widest = Math.max(...rows.map((row) => row.high ?? 0));
  const most = Math.min(widest, 1.3 * longest);
  const rough = most / intervals;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= rough * 0.999);
  return { interval, max: Math.ceil((most / interval) * 0.999) * interval };
}

function bars(rows, axis, colours) {
  return {
    type: "bar",
    barWidth: 13,
    data: rows.map((row) =>
      row.heading
        ? {
            value: 0,
            label: { show: true, position: "right", distance: 0, formatter: () => row.heading, fontWeight: "bold", fontSize: 12, color: colours.text },
          }
        : { value: row.value, itemStyle: { color: axis.tinted ? colours.series[row.tint % colours.series.length] : row.own ? colours.own : colours.other } }),
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: colours.text, type: "solid", width: 1, opacity: 0.55 },
      label: { color: colours.muted, fontSize: 11, position: "insideStartTop", formatter: (line) => line.name },
      data: (axis.marks ?? []).map((mark) => ({ xAxis: mark.at, name: mark.name })),
    },
  };
}

/** Draws the whisker of a row, and its figure behind it. */
function whisker(rows, most, colours, narrow) {
  return (_, api) => {
    const i = api.value(1);
    const row = rows[i];
    if (row.heading) {
      return null;
    }
    const [low, y] = api.coord([Math.min(row.low, most), i]);
    const high = api.coord([Math.min(row.high, most), i])[0];
    const end = Math.max(high, api.coord([Math.min(row.value, most), i])[0]);
    const figure = (row.value > most ? "\u2026 " : "") + row.figure;
    const stroke = { stroke: colours.text, lineWidth: 1.2 };
    const cap = (x) => ({ type: "line", shape: { x1: x, y1: y - 3.5, x2: x, y2: y + 3.5 }, style: stroke });
    return {
      type: "group",
      children: [
        ...(row.low < row.high ? [{ type: "line", shape: { x1: low, y1: y, x2: high, y2: y }, style: stroke }, cap(low), ...(row.high <= most ? [cap(high)] : [])] : []),
        {
          type: "text",
          style: {
            text: narrow || !row.detail ? figure : figure + "  " + row.detail,
            x: end + 6,
            y,
            verticalAlign: "middle",
            fontSize: 11.5,
            fill: colours.text,
          },
        },
      ],
    };
  };
}

/** What a pointer on a bar shows. */
function barLines(title, variant, report) {
  return [
    title,
    "median " + time(variant.medianNanos) + ", best " + time(variant.bestNanos),
    "half of the rounds: " + time(variant.lowerQuartileNanos) + " \u2013 " + time(variant.upperQuartileNanos) + " (spread " + percent(variant.spread) + ")",
    digits(variant.gflops) + " GFLOP/s; " + digits(intensity(variant, report.settings)) + " operations a byte",
    times(variant.ratio) + " the time of the first of its group",
  ];
}
