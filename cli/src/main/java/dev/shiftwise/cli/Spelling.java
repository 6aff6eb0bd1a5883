package dev.shiftwise.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what a misspelt name may have meant. */
final class Spelling {
  private Spelling() {}

  /** Returns the names that are at most a third of their letters away, the closest first. */
  static List<String> closest(String word, List<String> names) {
    String wanted = word.toLowerCase(Locale.ROOT);
    return names.stream()
        .filter(name -> distance(wanted, name) <= Math.max(2, name.length() / 3))
        .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
        .toList();
  }

  /** Returns the end of a message that says so; empty if nothing is close. */
  static String suggestion(String word, List<String> names) {
    List<String> close = closest(word, names);
    return close.isEmpty() ? "" : " (did you mean " + String.join(" or ", close) + "?)";
  }

  /** Returns Levenshtein's distance: insertions, deletions and replacements of one letter. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
