package dev.shiftwise.bench.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes results as one HTML page that opens anywhere without a network: style, scripts and the
 * chart library are in it, and the results themselves, as JSON, from which the page's script draws.
 *
 * <p>Nothing of a result becomes markup: the script sets it as text. The page's policy allows its
 * own two scripts by their hashes, and no other and no request.
 */
public final class ResultPage {
  /** The page's script, in this order; each part uses only what stands before it. */
  private static final List<String> SCRIPT =
      List.of(
          "text.js",
          "data.js",
          "charts.js",
          "bars.js",
          "summary.js",
          "operators.js",
          "roofline.js",
          "memory.js",
          "conformance.js",
          "environment.js",
          "main.js");

  /** The chart library's licence and notice, and those of what is in it. */
  private static final List<String> LICENSES =
      List.of("echarts/NOTICE", "echarts/LICENSE", "echarts/LICENSE-d3", "zrender/LICENSE");

  private static final Pattern PLACE = Pattern.compile("@([a-z]+)@");

  private ResultPage() {}

  /** Returns the page. */
  public static String of(MergedReports reports) {
    String library = resource("echarts/echarts.min.js");
    String script =
        SCRIPT.stream()
            .map(ResultPage::resource)
            .collect(Collectors.joining("", "(() => {\n\"use strict\";\n", "})();\n"));
    Map<String, String> parts =
        Map.of(
            "policy",
            hash(library) + " " + hash(script),
            "style",
            resource("page.css"),
            "library",
            library,
            "licenses",
            escaped(LICENSES.stream().map(ResultPage::resource).toList()),
            "data",
            json(reports),
            "script",
            script);
    // One pass, so that what stands in a result is never taken for a place.
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(part(parts, place.group(1))));
  }

  private static String part(Map<String, String> parts, String name) {
    String part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException("page.html has a place '" + name + "' that nothing fills");
    }
    return part;
  }

  /** Inside a script element a smaller-than sign could end it; JSON may write it otherwise. */
  private static String json(MergedReports reports) {
    try {
      return new ObjectMapper().writeValueAsString(reports).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the results cannot be written as JSON", e);
    }
  }

  private static String escaped(List<String> texts) {
    return String.join("\n", texts).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The hash by which the page's policy knows a script. */
  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = ResultPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the page's part " + name + " is missing");
      }
      // A script's hash is that of the text as a browser reads it, with plain line ends.
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
