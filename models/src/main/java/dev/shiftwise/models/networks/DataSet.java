package dev.shiftwise.models.networks;

import dev.shiftwise.tensor.Shape;

/**
 * What a network was designed to classify.
 *
 * @param name for people
 * @param image shape of one image, prepared
 * @param classes number of classes
 */
public record DataSet(String name, Shape image, int classes) {
  /** Fashion-MNIST. */
  public static final DataSet FASHION = new DataSet("Fashion-MNIST", new Shape(1, 28, 28), 10);

  /** CIFAR-10. */
  public static final DataSet CIFAR_10 = new DataSet("CIFAR-10", new Shape(3, 32, 32), 10);

  /** CIFAR-100. */
  public static final DataSet CIFAR_100 = new DataSet("CIFAR-100", new Shape(3, 32, 32), 100);

  /** ImageNet's 1000 classes at the size that nearly all papers report. */
  public static final DataSet IMAGENET = new DataSet("ImageNet", new Shape(3, 224, 224), 1000);
}
