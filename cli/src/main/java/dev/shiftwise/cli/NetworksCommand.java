package dev.shiftwise.cli;

import dev.shiftwise.models.NetworkFigures;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shiftwise networks}. */
@Command(
    name = "networks",
    description = {
      "Lists the networks by name, with what they cost for one image: parameters, multiply-adds of"
          + " convolutions and dense layers, the memory of their feature maps, and the copies that"
          + " are left.",
      "Planned is the slab of the memory plan for the CPU backend's layout; naive is the input and"
          + " every operator's result in memory of its own."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise networks")
final class NetworksCommand extends ShiftwiseCommand {
  private static final String ROW = "%-29s %9s %7s %13s %15s %13s %13s %6s%n";

  @Option(
      names = "--json",
      description =
          "print JSON, a list of {\"name\", \"input\", \"classes\", \"parameters\","
              + " \"multiplyAdds\", \"plannedBytes\", \"naiveBytes\", \"copies\","
              + " \"copiedBytes\"}")
  private boolean json;

  /** What {@code --json} prints of a network. */
  private record Line(
      String name,
      String input,
      int classes,
      long parameters,
      long multiplyAdds,
      long plannedBytes,
      long naiveBytes,
      int copies,
      long copiedBytes) {
    Line(NetworkFigures figures) {
      this(
          figures.name(),
          figures.input().toString(),
          figures.classes(),
          figures.parameters(),
          figures.multiplyAdds(),
          figures.plannedBytes(),
          figures.naiveBytes(),
          figures.copies(),
          figures.copiedBytes());
    }
  }

  @Override
  public Integer call() {
    List<Line> lines = NetworkFigures.all().stream().map(Line::new).toList();
    if (json) {
      Json.print(out(), lines);
      return 0;
    }
    out()
        .printf(
            Locale.ROOT,
            ROW,
            "network",
            "input",
            "classes",
            "parameters",
            "multiply-adds",
            "planned bytes",
            "naive bytes",
            "copies");
    for (Line line : lines) {
      out()
          .printf(
              Locale.ROOT,
              ROW,
              line.name(),
              line.input(),
              line.classes(),
              grouped(line.parameters()),
              grouped(line.multiplyAdds()),
              grouped(line.plannedBytes()),
              grouped(line.naiveBytes()),
              line.copies());
    }
    out().flush();
    return 0;
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
