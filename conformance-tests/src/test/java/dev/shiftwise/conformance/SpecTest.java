package dev.shiftwise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The specification and the kit name the same rules in the same order. */
final class SpecTest {
  private static final Path SPEC = Path.of("..", "docs", "SPEC.md");

  @Test
  void everyRuleOfTheTextIsInTheKitAndTheOtherWayRound() throws IOException {
    List<String> text =
        Pattern.compile("(?m)^\\*\\*([A-Z]+-\\d\\d)\\*\\*")
            .matcher(Files.readString(SPEC))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertEquals(text, Rules.all().stream().map(Rule::id).toList());
  }

  @Test
  void noRuleIsListedTwice() {
    List<String> ids = Rules.all().stream().map(Rule::id).toList();
    assertEquals(ids.stream().distinct().toList(), ids);
  }
}
