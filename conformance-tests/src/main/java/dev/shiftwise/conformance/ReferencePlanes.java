package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;

/** The operators that join, move and resize planes, by index arithmetic in double precision. */
final class ReferencePlanes {
  private ReferencePlanes() {}

  /** Element by element; a dimension of one element has it everywhere. */
  static RealImage arithmetic(Arithmetic op, RealImage a, RealImage b, Shape out) {
    double[] values = new double[Math.toIntExact(out.elements())];
    double[] bounds = new double[values.length];
    boolean whole = a.isWhole() && b.isWhole();
    int at = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++, at++) {
          int i = broadcast(a, c, y, x);
          int j = broadcast(b, c, y, x);
          double z = value(op.function(), a.value(i), b.value(j));
          double bound =
              whole && op.function() != Arithmetic.Function.DIVIDE && Math.abs(z) < Bounds.WHOLE
                  ? 0
                  : bound(op.function(), a, i, b, j);
          values[at] = Bounds.activated(op.activation(), z);
          bounds[at] = Bounds.activated(op.activation(), z, bound);
        }
      }
    }
    return new RealImage(out, values, bounds, null);
  }

  private static int broadcast(RealImage image, int c, int y, int x) {
    Shape shape = image.shape();
    return image.index(
        shape.channels() == 1 ? 0 : c, shape.height() == 1 ? 0 : y, shape.width() == 1 ? 0 : x);
  }

  private static double value(Arithmetic.Function function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case LESS -> a < b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case MASK -> b != 0 ? a : -0.0;
    };
  }

  /** What the operands' bounds make of the result, and the bound of one operation. */
  private static double bound(
      Arithmetic.Function function, RealImage a, int i, RealImage b, int j) {
    double x = Math.abs(a.value(i));
    double y = Math.abs(b.value(j));
    double ofX = a.bound(i);
    double ofY = b.bound(j);
    return switch (function) {
      case ADD, SUBTRACT -> ofX + ofY + Bounds.ofSum(2, x + y + ofX + ofY);
      case MULTIPLY -> {
        double inherited = x * ofY + y * ofX + ofX * ofY;
        yield inherited + Bounds.ofSum(2, x * y + inherited);
      }
      case DIVIDE -> {
        // |a/b - a'/b'| where the divisor is at least its bound away from 0; else nothing is known.
        double inherited =
            ofX == 0 && ofY == 0
                ? 0
                : y > ofY ? (ofX + x / y * ofY) / (y - ofY) : Double.POSITIVE_INFINITY;
        yield inherited + Bounds.ofSum(2, x / y + inherited);
      }
      case LESS, LESS_OR_EQUAL, EQUAL -> {
        double slack = ofX + ofY + flushed(x) + flushed(y);
        boolean isOpen = slack > 0 && !(Math.abs(a.value(i) - b.value(j)) > slack);
        yield isOpen && !Double.isNaN(x) && !Double.isNaN(y) ? 1 : 0;
      }
      case MASK -> y <= ofY + flushed(y) && y + ofY > 0 ? x + ofX : ofX + flushed(x);
    };
  }

  /** What a denormal loses that is taken for 0. */
  private static double flushed(double size) {
    return size < Bounds.FLUSHED ? size : 0;
  }

  /** The sum of the axes' entries; the fill where one of them is outside. */
  static RealImage rearrange(Rearrange op, RealImage x, Shape out) {
    long[] sources = new long[Math.toIntExact(out.elements())];
    for (int i = 0; i < sources.length; i++) {
      int left = i;
      for (int axis = op.axes().size() - 1; axis >= 0; axis--) {
        Rearrange.Axis table = op.axes().get(axis);
        int offset = table.offset(left % table.size());
        left /= table.size();
        sources[i] = offset < 0 || sources[i] < 0 ? -1 : sources[i] + offset;
      }
    }
    return x.gathered(out, sources, op.fill());
  }

  /** Four elements, each with its share in both directions. */
  static RealImage resize(Resize.Axis rows, Resize.Axis columns, RealImage x, Shape out) {
    Sums sums = new Sums(out, Activation.NONE, false);
    for (int c = 0; c < out.channels(); c++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          sums.start();
          for (int corner = 0; corner < 4; corner++) {
            boolean lower = corner >= 2;
            boolean right = corner % 2 == 1;
            int row = lower ? rows.second(i) : rows.first(i);
            int column = right ? columns.second(j) : columns.first(j);
            double share =
                (lower ? rows.fraction(i) : 1 - (double) rows.fraction(i))
                    * (right ? columns.fraction(j) : 1 - (double) columns.fraction(j));
            sums.add(share, x.value(c, row, column), x.bound(c, row, column));
          }
          sums.end(4);
        }
      }
    }
    return sums.image();
  }
}
