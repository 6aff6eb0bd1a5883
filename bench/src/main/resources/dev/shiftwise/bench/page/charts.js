/* Charts: colours that colour-blind readers tell apart, and drawing again when the page changes. */

/** After Okabe and Ito; on dark ground lighter, so that contrast stays. */
const LIGHT = {
  text: "#1c2530",
  muted: "#57626f",
  line: "#d5dbe2",
  surface: "#ffffff",
  tip: "#ffffff",
  own: "#0072b2",
  other: "#98a2ad",
  series: ["#0072b2", "#d55e00", "#009e73", "#b4639a", "#8a6d00", "#4b9fd0", "#6b5b95", "#57626f"],
};
const DARK = {
  text: "#e4e9ee",
  muted: "#9fabb8",
  line: "#36414d",
  surface: "#12171c",
  tip: "#222b34",
  own: "#5cb8ea",
  other: "#77838f",
  series: ["#5cb8ea", "#ff8d4f", "#3fc79a", "#dd93c2", "#e5c34b", "#9fd2f3", "#b3a5dc", "#9fabb8"],
};

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const PRINTED_WIDTH = 680;
const NARROW = 520;

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = new Set();
let printing = false;

function theme() {
  return darkness.matches && !printing ? DARK : LIGHT;
}

/**
 * Adds a chart to the page, which is drawn once the page stands and again whenever its width or the
 * colours change.
 *
 * @param title says what it shows to who cannot see it
 * @param describe makes { height, option } from the colours and the width
 */
function chart(title, describe) {
  const host = el("div", { class: "chart", role: "img", "aria-label": title });
  host.describe = describe;
  drawn.add(host);
  return host;
}

/** Takes away the charts of a part of the page that is to be filled anew. */
function clear(host) {
  for (const one of host.querySelectorAll(".chart")) {
    drawn.delete(one);
    one.instance?.dispose();
    watcher.unobserve(one);
  }
  host.replaceChildren();
}

function draw(host) {
  const width = printing ? PRINTED_WIDTH : host.clientWidth;
  if (!width) {
    return; // in a folded part of the page
  }
  const colours = theme();
  const { height, option } = host.describe(colours, width);
  host.style.height = height + "px";
  host.instance ??= echarts.init(host, null, { renderer: "svg", width, height });
  host.instance.resize({ width, height });
  host.instance.setOption({ ...common(colours), ...option }, { notMerge: true });
  host.dataset.width = width;
}

function common(colours) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: colours.text },
  };
}

const ruler = document.createElement("canvas").getContext("2d");

/** The width of a text in a chart, in pixels. */
function widthOf(text, size) {
  ruler.font = size + "px " + FONT;
  return ruler.measureText(text).width;
}

function drawAll() {
  drawn.forEach(draw);
}

/** A tooltip whose content is elements, so that no name becomes markup. */
function tooltip(colours, content) {
  return {
    confine: true,
    backgroundColor: colours.tip,
    borderColor: colours.line,
    textStyle: { color: colours.text },
    formatter: (point) => {
      const lines = content(point);
      return lines ? el("div", { class: "tip" }, el("b", {}, lines[0]), lines.slice(1).map((line) => el("div", {}, line))) : "";
    },
  };
}

const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!printing && Number(target.dataset.width) !== target.clientWidth) {
      draw(target);
    }
  }
});

/** Draws the charts that were added to the page since. */
function drawNew(host) {
  for (const one of host.querySelectorAll(".chart")) {
    draw(one);
    watcher.observe(one);
  }
}

darkness.addEventListener("change", drawAll);
window.addEventListener("beforeprint", () => {
  printing = true;
  drawAll();
});
window.addEventListener("afterprint", () => {
  printing = false;
  drawAll();
});
