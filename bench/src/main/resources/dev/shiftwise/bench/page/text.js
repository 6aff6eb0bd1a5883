/* Text and elements. Whatever comes from a result is set as text and never as markup. */

// First of all, so that whatever goes wrong below is seen by the reader, and by tests.
window.addEventListener("error", (event) => {
  const seen = document.documentElement.dataset;
  seen.errors = (seen.errors ? seen.errors + "\n" : "") + event.message;
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = "This page could not be drawn in full: " + event.message;
  document.querySelector("header").append(line);
});

/** Makes an element; children are nodes or text. */
function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "class") {
      made.className = value;
    } else if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat(Infinity));
  return made;
}

/** Three digits that count, and no exponent. */
function digits(value) {
  if (!Number.isFinite(value)) {
    return "?";
  }
  const size = Math.abs(value);
  const places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function time(nanos) {
  return nanos >= 999.5e6
    ? digits(nanos / 1e9) + " s"
    : nanos >= 999.5e3
      ? digits(nanos / 1e6) + " ms"
      : digits(nanos / 1e3) + " \u00b5s";
}

function bytes(count) {
  const [unit, name] = count >= 1 << 20 ? [1 << 20, " MiB"] : count >= 1 << 10 ? [1 << 10, " KiB"] : [1, " bytes"];
  const size = count / unit;
  return (Number.isInteger(size) ? whole(size) : digits(size)) + name;
}

function percent(share) {
  return (100 * share).toFixed(1) + " %";
}

function times(ratio) {
  return ratio.toFixed(2) + " \u00d7";
}

function whole(count) {
  return count.toLocaleString("en");
}

/** "1 network", "2 networks". */
function counted(count, one, many) {
  return whole(count) + " " + (count === 1 ? one : many ?? one + "s");
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Makes a table; columns are { name, number, text(row), mark(row) }. */
function table(columns, rows) {
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, columns.map((one) => el("th", { class: one.number ? "number" : "", scope: "col" }, one.name)))),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            {},
            columns.map((one, i) =>
              el(i ? "td" : "th", { class: [one.number ? "number" : "", one.mark?.(row) ?? ""].join(" ").trim() }, one.text(row))))))));
}

/** Makes a labelled list to choose from; groups are { title, options: [{ text, value }] }. */
function choice(label, groups, chosen, onChoice) {
  const values = [];
  const option = (one) => {
    values.push(one.value);
    return el("option", { value: values.length - 1 }, one.text);
  };
  const list = el(
    "select",
    { onchange: () => onChoice(values[Number(list.value)]) },
    groups.map((group) =>
      group.title ? el("optgroup", { label: group.title }, group.options.map(option)) : group.options.map(option)));
  list.value = values.indexOf(chosen);
  return el("label", {}, label, list);
}
