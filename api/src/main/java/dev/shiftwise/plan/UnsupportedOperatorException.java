package dev.shiftwise.plan;

import java.util.List;

/** A network holds operators that a backend neither runs nor can be given in simpler form. */
public final class UnsupportedOperatorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String network, List<String> nodes) {
    super(
        "network '"
            + network
            + "' has operators that the backend does not run and that have no simpler form: "
            + String.join(", ", nodes));
  }
}
