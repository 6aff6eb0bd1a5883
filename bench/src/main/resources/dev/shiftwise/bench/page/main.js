/* Puts the page together. */

const hasComparisons = subjects.some((subject) => subject.backend.comparisons.length);
const hasNetworks = subjects.some((subject) => subject.backend.networks.length);
const hasPlans = timed.some((one) => one.variants.some(isOwn));
const hasPoints = subjects.some((subject) => pointsOf(subject).length);

const sections = [
  ["summary", "At a glance", summary, true],
  ["networks", "Whole networks", networks, hasNetworks],
  ["operators", "Operators", operators, hasComparisons],
  ["side-by-side", "Side by side", sideBySide, hasComparisons && subjects.length > 1],
  ["roofline", "Roofline", roofline, hasPoints],
  ["memory", "Memory plan", memory, hasPlans],
  ["conformance", "Conformance", conformance, true],
  ["environment", "Environment", environment, true],
  ["method", "How it was measured", method, true],
];

heading();
for (const [id, title, fill, there] of sections) {
  if (there) {
    const section = el("section", { id }, el("h2", {}, title));
    document.getElementById("sections").append(el("a", { href: "#" + id }, title));
    document.getElementById("content").append(section);
    fill(section);
    drawNew(section);
  }
}
document.documentElement.dataset.state = "drawn";
