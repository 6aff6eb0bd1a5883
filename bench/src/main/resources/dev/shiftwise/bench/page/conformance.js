/* The matrix: every rule of the specification on every backend. */

const VERDICTS = ["PASS", "FAIL", "UNSUPPORTED", "UNTESTED"];
const MARKS = { PASS: "\u2713", FAIL: "\u2717", UNSUPPORTED: "\u2013", UNTESTED: "?" };

function conformance(section) {
  const columns = runs.flatMap((run) =>
    (run.report.conformance?.backends ?? []).map((column) => ({
      ...column,
      name: runs.length > 1 ? run.label + ", " + column.backend : column.backend,
      found: new Map(column.rules.map((rule) => [rule.id, rule])),
    })));
  for (const run of runs.filter((one) => !one.report.conformance)) {
    section.append(
      el("p", { class: "note" }, (runs.length > 1 ? run.label + ": the" : "The") + " rules were not run. ", el("code", {}, "shiftwise bench --conformance"), " runs them with a result; without ", el("code", {}, "--quick"), " that is the default."));
  }
  runs.flatMap((run) => run.report.conformance?.problems ?? []).forEach((problem) => section.append(el("p", { class: "problem" }, problem)));
  if (!columns.length) {
    return;
  }
  section.append(
    el("p", {}, "Every numbered rule of docs/SPEC.md, checked on every backend against an evaluator in double precision. UNTESTED and UNSUPPORTED never count as passed."),
    countTable(columns),
    groupTable(columns),
    ruleTable(columns));
}

function groupOf(rule) {
  return rule.id.slice(0, Math.max(0, rule.id.lastIndexOf("-")));
}

/** The rules by their part of the specification. */
function groupTable(columns) {
  const groups = [...new Set(columns.flatMap((column) => column.rules.map(groupOf)))];
  const count = (column, group, verdict) => column.rules.filter((rule) => groupOf(rule) === group && rule.verdict === verdict).length;
  const head = el("thead", {}, el("tr", {}, el("th", {}, "part"), columns.map((column) => el("th", { scope: "col" }, column.name))));
  const cell = (column, group) =>
    el(
      "td",
      {},
      VERDICTS.filter((verdict) => count(column, group, verdict)).map((verdict) =>
        el("span", { class: verdict + " count" }, MARKS[verdict] + " " + count(column, group, verdict))));
  const row = (group) => el("tr", {}, el("th", { scope: "row" }, group), columns.map((column) => cell(column, group)));
  return el("div", { class: "scroll" }, el("table", {}, head, el("tbody", {}, groups.map(row))));
}

/** How many rules came out which way, a column for each backend. */
function countTable(columns) {
  const verdicts = VERDICTS.map((verdict) => {
    const count = (column) => column.rules.filter((rule) => rule.verdict === verdict).length;
    return { name: MARKS[verdict] + " " + verdict, text: (column) => whole(count(column)), mark: (column) => (count(column) ? verdict : "") };
  });
  const rows = [
    ...verdicts,
    { name: "assertions", text: (column) => whole(column.assertions), mark: () => "" },
    { name: "device", text: (column) => column.device || "not available: " + column.unavailable, mark: () => "" },
  ];
  return table(
    [
      { name: "", text: (row) => row.name },
      ...columns.map((column) => ({ name: column.name, text: (row) => row.text(column), mark: (row) => row.mark(column) })),
    ],
    rows);
}

function ruleTable(columns) {
  const rules = new Map();
  columns.forEach((column) => column.rules.forEach((rule) => rules.set(rule.id, rule)));
  const body = el("tbody", {});
  let group = "";
  for (const rule of rules.values()) {
    if (groupOf(rule) !== group) {
      group = groupOf(rule);
      body.append(el("tr", { class: "group" }, el("th", { colspan: columns.length + 2, scope: "colgroup" }, group)));
    }
    body.append(
      el(
        "tr",
        {},
        el("th", { class: "id", scope: "row" }, rule.id),
        el("td", {}, rule.title),
        columns.map((column) => verdictCell(column.found.get(rule.id)))));
  }
  const head = el("thead", {}, el("tr", {}, el("th", {}, "rule"), el("th", {}, ""), columns.map((column) => el("th", { scope: "col" }, column.name))));
  const failed = columns.some((column) => column.rules.some((rule) => rule.verdict === "FAIL"));
  return el("details", failed ? { open: "" } : {}, el("summary", {}, "Every rule: " + whole(rules.size)), el("div", { class: "scroll rules" }, el("table", {}, head, body)));
}

function verdictCell(rule) {
  if (!rule) {
    return el("td", {}, "");
  }
  return el(
    "td",
    {},
    el("span", { class: rule.verdict }, MARKS[rule.verdict] + " " + rule.verdict),
    rule.assertions ? " " + whole(rule.assertions) : "",
    rule.detail ? el("small", {}, rule.detail) : "");
}
