package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.models.io.Interpolation;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.models.io.Scaling;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is stated of pictures and classes, and by whom. */
class ModelCardTest {

  @Test
  void readsWhatItWrites() throws ModelFormatException {
    ModelCard card =
        new ModelCard(
            List.of(0.485f, 0.456f, 0.406f),
            List.of(0.229f, 0.224f, 0.225f),
            Scaling.shorterSide(232),
            Interpolation.BICUBIC,
            List.of("a cat", "a dog"));
    assertEquals(card, ModelCard.of("file", card.metadata()));
    assertEquals(Map.of(), ModelCard.EMPTY.metadata());
    assertEquals(ModelCard.EMPTY, ModelCard.of("file", Map.of("format", "pt")));
    assertEquals(card, ModelCard.EMPTY.or(card));
    assertEquals(card, card.or(ModelCard.EMPTY));
  }

  @ParameterizedTest
  @CsvSource({
    "mean, 'a,b'",
    "mean, ''",
    "mean, 'NaN'",
    "std, '1,,2'",
    "std, '1 2'",
    "resize, '0'",
    "interpolation, 'nearest'",
    "labels, ' '"
  })
  void refusesWhatCannotBeRead(String key, String value) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelCard.of("file", Map.of(key, value)));
    assertEquals("metadata " + key, e.where());
    assertEquals("'" + value + "'", e.found());
  }

  @Test
  void whatIsStatedGoesBeforeWhatIsKnown() {
    try (Model model = Models.random("addressnet-20", 1)) {
      Preprocessing known = model.preprocessing();
      ModelCard stated = new ModelCard(List.of(0.5f), null, null, Interpolation.BICUBIC, null);
      Preprocessing now = model.with(stated).preprocessing();
      assertEquals(List.of(0.5f, 0.5f, 0.5f), now.mean());
      assertEquals(known.deviation(), now.deviation());
      assertEquals(known.scaling().with(Interpolation.BICUBIC), now.scaling());
      assertEquals(model.labels(), model.with(stated).labels());
      ModelCard few = new ModelCard(null, null, null, null, List.of("one"));
      assertThrows(IllegalArgumentException.class, () -> model.with(few));
      ModelCard small = new ModelCard(null, null, Scaling.shorterSide(31), null, null);
      assertThrows(IllegalArgumentException.class, () -> model.with(small));
    }
  }

  @Test
  void aModelOfWhichNothingIsKnownAsksForMeanAndDeviation() {
    try (Model model = pictures(3, false)) {
      assertEquals(List.of("class 0", "class 1", "class 2"), model.labels());
      IllegalStateException e = assertThrows(IllegalStateException.class, model::preprocessing);
      assertTrue(String.valueOf(e.getMessage()).contains("wanted a mean and a deviation"));
      Preprocessing stated =
          model.with(new ModelCard(List.of(0f), List.of(1f), null, null, null)).preprocessing();
      assertEquals(Scaling.shorterSide(1), stated.scaling());
    }
    try (Model model = pictures(4, false)) {
      ModelCard card = new ModelCard(List.of(0f), List.of(1f), null, null, null);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, model.with(card)::preprocessing);
      assertTrue(String.valueOf(e.getMessage()).contains("wanted one picture"), e.getMessage());
    }
  }

  @Test
  void aSoftmaxOfItsOwnIsNotTakenAgain() {
    float[] values = {0.25f, 0.75f, 0};
    try (Model logits = pictures(3, false);
        Model probabilities = pictures(3, true)) {
      assertEquals(0.75, probabilities.rank(values, 0, 1).getFirst().probability());
      double sum = Math.exp(0.25) + Math.exp(0.75) + 1;
      assertEquals(Math.exp(0.75) / sum, logits.rank(values, 0, 1).getFirst().probability(), 1e-15);
    }
  }

  /** A network that makes a class of each channel of one pixel. */
  private static Model pictures(int channels, boolean softmax) {
    NetworkBuilder builder = Network.builder("own");
    Operand x = builder.input("x", Shape.of(channels, 1, 1));
    builder.output("y", softmax ? builder.add("s", new Softmax(), x) : x);
    return new Model("own", "here", builder.build(), ModelCard.EMPTY, () -> {});
  }
}
