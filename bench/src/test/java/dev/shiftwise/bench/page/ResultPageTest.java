package dev.shiftwise.bench.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.bench.PlanReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser. What it looks like lies in {@code target/pages}. */
final class ResultPageTest {
  private static final int CHARTS = 9;
  private static final int PHONE = 360;
  private static final Path PICTURES = Path.of("target/pages");

  @TempDir private static Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static Chromium browser;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static BenchReport report;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    browser = new Chromium(Files.createDirectory(folder.resolve("browser")));
    report = Results.measured();
  }

  @AfterAll
  @SuppressWarnings("NullAway") // where there is no browser
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path write(String name, MergedReports reports) throws IOException {
    return Files.writeString(folder.resolve(name), ResultPage.of(reports));
  }

  /** Everything drawn, nothing wrong, nothing fetched, nothing wider than the screen. */
  private static void requireWhole(BrowserPage page, Path file, int charts, int width)
      throws InterruptedException {
    assertEquals(List.of(), page.complaints());
    assertEquals(List.of(file.toUri().toString()), page.requests());
    assertEquals("drawn", page.evaluate("document.documentElement.dataset.state").asText());
    assertTrue(page.evaluate("document.documentElement.dataset.errors === undefined").asBoolean());
    JsonNode marks =
        page.evaluate(
            "[...document.querySelectorAll('.chart')]"
                + ".map(one => one.querySelectorAll('svg path, svg rect').length)");
    assertEquals(charts, marks.size(), marks::toString);
    marks.forEach(count -> assertTrue(count.asInt() > 10, marks::toString));
    int widest =
        page.evaluate(
                "Math.max(...[...document.querySelectorAll('body, .chart svg')].map("
                    + "one => one.getBoundingClientRect().right), document.documentElement.scrollWidth)")
            .asInt();
    assertTrue(widest <= width, "something reaches " + widest + " of " + width + " pixels");
  }

  @ParameterizedTest
  @CsvSource({"1200,false", "1200,true", "360,false", "360,true"})
  void drawsEveryChart(int width, boolean dark) throws IOException, InterruptedException {
    Path file = write("one.html", MergedReports.of(report));
    BrowserPage page = browser.open(file, width, dark);
    requireWhole(page, file, CHARTS - 1, width);
    assertEquals(
        dark ? "rgb(18, 23, 28)" : "rgb(255, 255, 255)",
        page.evaluate("getComputedStyle(document.body).backgroundColor").asText());
    String sections =
        page.evaluate("[...document.querySelectorAll('h2')].map(one => one.textContent).join()")
            .asText();
    assertEquals(
        "At a glance,Whole networks,Operators,Roofline,Memory plan,Conformance,Environment,How it"
            + " was measured",
        sections);
    page.picture(PICTURES.resolve(width + (dark ? "-dark.png" : "-light.png")));
  }

  @Test
  void figuresAreThoseOfTheReport() throws IOException, InterruptedException {
    Path file = write("figures.html", MergedReports.of(report));
    String text = browser.open(file, 1200, false).evaluate("document.body.textContent").asText();
    BenchReport.NetworkResult network = report.backends().getFirst().networks().getFirst();
    PlanReport plan = Objects.requireNonNull(network.variants().getFirst().plan());
    assertTrue(plan.values().size() > 10, plan::toString);
    assertTrue(text.contains(plan.values().size() + " values in " + plan.steps().size()), text);
    assertTrue(text.contains(report.environment().commit()), text);
    assertTrue(text.contains("ONNX Runtime 1."), text);
    assertTrue(text.contains("\u2717 FAIL 7"), text);
    assertTrue(text.contains("? UNTESTED 7"), text);
    assertTrue(text.contains("not available: no driver"), text);
  }

  @Test
  void whateverIsChosenIsDrawn() throws IOException, InterruptedException {
    BenchReport other =
        new BenchReport(
            report.schema(),
            report.version(),
            report.environment(),
            report.settings(),
            report.limits(),
            report.backends(),
            report.unavailable(),
            report.peers(),
            null);
    MergedReports both =
        new MergedReports(
            MergedReports.SCHEMA,
            MergedReports.SCHEMA_VERSION,
            List.of(
                new MergedReports.Labelled("here", report),
                new MergedReports.Labelled("there", other)));
    Path file = write("two.html", both);
    BrowserPage page = browser.open(file, PHONE, false);
    requireWhole(page, file, CHARTS, PHONE);
    int choices =
        page.evaluate(
                """
                (() => {
                  let choices = 0;
                  for (const list of document.querySelectorAll("select")) {
                    for (let i = 0; i < list.options.length; i++) {
                      list.selectedIndex = i;
                      list.dispatchEvent(new Event("change"));
                      choices++;
                    }
                  }
                  return choices;
                })()""")
            .asInt();
    assertTrue(choices > 20, "only " + choices + " choices");
    requireWhole(page, file, CHARTS, PHONE);
    page.picture(PICTURES.resolve("two-phone.png"));
  }

  @Test
  void aHostileResultStaysText() throws IOException, InterruptedException {
    MergedReports reports = MergedReports.read(List.of(Results.hostile(report, folder)));
    Path file = write("hostile.html", reports);
    BrowserPage page = browser.open(file, 1200, false);
    requireWhole(page, file, CHARTS - 1, 1200);
    // Every tooltip, too: the library would make markup of a text.
    int tips =
        page.evaluate(
                """
                (() => {
                  let tips = 0;
                  for (const host of document.querySelectorAll(".chart")) {
                    const chart = host.instance;
                    chart.getOption().series.forEach((series, seriesIndex) =>
                      series.data.forEach((_, dataIndex) => {
                        chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
                        tips += document.querySelectorAll(".tip").length;
                      }));
                  }
                  return tips;
                })()""")
            .asInt();
    assertTrue(tips > 20, "only " + tips + " tooltips");
    assertTrue(page.evaluate("window.hacked === undefined").asBoolean());
    assertEquals(0, page.evaluate("document.querySelectorAll('img').length").asInt());
    assertEquals(3, page.evaluate("document.querySelectorAll('script').length").asInt());
    assertTrue(
        page.evaluate("document.body.textContent.includes(\"window.hacked=1</script>\")")
            .asBoolean());
    assertEquals(List.of(), page.complaints());
  }

  @Test
  void thePolicyRefusesAnyOtherScript() throws IOException, InterruptedException {
    Path file = write("policy.html", MergedReports.of(report));
    Files.writeString(
        file,
        Files.readString(file).replace("</html>", "<script>window.hacked = 1</script></html>"));
    BrowserPage page = browser.open(file, 1200, false);
    assertTrue(page.evaluate("window.hacked === undefined").asBoolean());
    assertFalse(page.complaints().isEmpty());
  }

  @Test
  void printsInLightColoursAtThePapersWidth() throws IOException, InterruptedException {
    Path file = write("print.html", MergedReports.of(report));
    BrowserPage page = browser.open(file, 1200, true);
    page.evaluate(
        """
        window.addEventListener("beforeprint", () => {
          window.printed = {
            widths: [...document.querySelectorAll(".chart svg")].map((one) => one.clientWidth),
            dark: document.querySelector(".chart").innerHTML.includes("#e4e9ee"),
          };
        })""");
    page.print(PICTURES.resolve("print.pdf"));
    JsonNode printed = page.evaluate("window.printed");
    assertFalse(printed.get("dark").asBoolean());
    assertEquals(CHARTS - 1, printed.get("widths").size());
    printed.get("widths").forEach(width -> assertEquals(680, width.asInt()));
    requireWhole(page, file, CHARTS - 1, 1200);
  }
}
