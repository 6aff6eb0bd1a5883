package dev.shiftwise.conformance;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import org.jspecify.annotations.Nullable;

/** A sound subject, of which mutants replace a part. */
class Faulty implements Subject {
  private final Subject sound;

  Faulty(Subject sound) {
    this.sound = sound;
  }

  @Override
  public BackendProvider provider() {
    return sound.provider();
  }

  @Override
  public @Nullable Backend opened() {
    return sound.opened();
  }
}
