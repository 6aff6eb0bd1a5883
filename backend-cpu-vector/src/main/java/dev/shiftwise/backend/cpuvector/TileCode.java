package dev.shiftwise.backend.cpuvector;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The words that tile code is written in: each emits the calls of the Vector API that a programmer
 * would write. Operands are numbers of local variables; what leaves a value leaves it on the stack.
 */
abstract class TileCode {
  private static final ClassDesc VECTOR = desc(FloatVector.class);
  private static final ClassDesc ANY_VECTOR = desc(Vector.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc BYTE_ORDER = desc(ByteOrder.class);
  private static final ClassDesc LAYOUT = desc(ValueLayout.OfFloat.class);
  private static final ClassDesc FLOATS = CD_float.arrayType();

  private static final long ADDRESSES = (1L << 56) - 1;

  final CodeBuilder code;
  private final String species;

  TileCode(CodeBuilder code, int bits) {
    this.code = code;
    this.species = "SPECIES_" + bits;
  }

  /** Emits the method's body. */
  abstract void emit();

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** Reserves a local variable for a vector. */
  final int vector() {
    return code.allocateLocal(TypeKind.REFERENCE);
  }

  final int[] vectors(int count) {
    int[] locals = new int[count];
    for (int i = 0; i < count; i++) {
      locals[i] = vector();
    }
    return locals;
  }

  /** Leaves the vector at {@code base + row * pitch + plus}. */
  final void load(int base, int row, int pitch, long plus) {
    code.getstatic(VECTOR, species, SPECIES);
    memory();
    address(base, row, pitch, plus);
    order();
    code.invokestatic(
        VECTOR,
        "fromMemorySegment",
        MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, CD_long, BYTE_ORDER));
  }

  /** Leaves the vector at {@code base + plus}. */
  final void load(int base, long plus) {
    load(base, 0, 0, plus);
  }

  /** Stores a vector at {@code base + plus}. */
  final void store(int vector, int base, long plus) {
    code.aload(vector);
    memory();
    address(base, 0, 0, plus);
    order();
    code.invokevirtual(
        VECTOR, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, BYTE_ORDER));
  }

  /** Leaves {@code array[index + plus]} in every lane. */
  final void broadcastElement(int array, int index, int plus) {
    code.getstatic(VECTOR, species, SPECIES).aload(array);
    index(index, plus);
    code.faload();
    broadcast();
  }

  /** Leaves the float at {@code base + plus} in every lane. */
  final void broadcastMemory(int base, long plus) {
    code.getstatic(VECTOR, species, SPECIES);
    memory();
    code.getstatic(desc(ValueLayout.class), "JAVA_FLOAT_UNALIGNED", LAYOUT);
    address(base, 0, 0, plus);
    code.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(CD_float, LAYOUT, CD_long));
    broadcast();
  }

  /** Leaves a constant in every lane. */
  final void broadcastConstant(float value) {
    code.getstatic(VECTOR, species, SPECIES).loadConstant(value);
    broadcast();
  }

  private void broadcast() {
    code.invokestatic(VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, SPECIES, CD_float));
  }

  /** Leaves the vector at {@code array[index]}. */
  final void loadArray(int array, int index) {
    code.getstatic(VECTOR, species, SPECIES).aload(array).iload(index);
    code.invokestatic(VECTOR, "fromArray", MethodTypeDesc.of(VECTOR, SPECIES, FLOATS, CD_int));
  }

  /** Stores a vector at {@code array[index]}. */
  final void storeArray(int vector, int array, int index) {
    code.aload(vector).aload(array).loadConstant(index);
    code.invokevirtual(VECTOR, "intoArray", MethodTypeDesc.of(CD_void, FLOATS, CD_int));
  }

  /**
   * Tells C2 that a local variable is an address, so that it needs no check of the bounds of all
   * memory at each access: no system hands out addresses of more than 56 bits.
   */
  final void requireAddress(int local) {
    code.lload(local).loadConstant(ADDRESSES).land().lstore(local);
  }

  /** Keeps loads from being moved across. A fence for the compiler only, on x86. */
  final void keepOrder() {
    code.invokestatic(desc(VarHandle.class), "loadLoadFence", MethodTypeDesc.of(CD_void));
  }

  /** Adds the two vectors on the stack. */
  final void add() {
    code.invokevirtual(VECTOR, "add", MethodTypeDesc.of(VECTOR, ANY_VECTOR));
  }

  /** Multiplies the two vectors on the stack. */
  final void multiply() {
    code.invokevirtual(VECTOR, "mul", MethodTypeDesc.of(VECTOR, ANY_VECTOR));
  }

  /** Leaves the larger elements of the two vectors on the stack, NaN where one is. */
  final void max() {
    code.invokevirtual(VECTOR, "max", MethodTypeDesc.of(VECTOR, ANY_VECTOR));
  }

  /** Leaves the smaller of the two ints on the stack. */
  final void smaller() {
    code.invokestatic(desc(Math.class), "min", MethodTypeDesc.of(CD_int, CD_int, CD_int));
  }

  /** {@code sum = x * y + sum}, rounded once. */
  final void fma(int sum, int x, int y) {
    code.aload(x).aload(y).aload(sum);
    code.invokevirtual(VECTOR, "fma", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR));
    code.astore(sum);
  }

  /**
   * Replaces the lanes that compare so with the limit by the limit. NaN compares with nothing and
   * stays; {@code max} and {@code min} would cost more on x86 to the same end.
   */
  final void replaceWhere(int vector, String comparison, int limit) {
    code.aload(vector).aload(limit);
    compare(vector, comparison, limit);
    blend();
    code.astore(vector);
  }

  /** Leaves a mask of the lanes that compare so. */
  final void compare(int vector, String comparison, int with) {
    code.aload(vector).getstatic(OPERATORS, comparison, COMPARISON).aload(with);
    code.invokevirtual(VECTOR, "compare", MethodTypeDesc.of(MASK, COMPARISON, ANY_VECTOR));
  }

  /** Takes two vectors and a mask from the stack; leaves the second where the mask is set. */
  final void blend() {
    code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, ANY_VECTOR, MASK));
  }

  /** Returns a vector of 0, step, twice step and so on. */
  final int places(int step) {
    int places = vector();
    broadcastConstant(0f);
    code.loadConstant(step);
    code.invokevirtual(VECTOR, "addIndex", MethodTypeDesc.of(VECTOR, CD_int));
    code.astore(places);
    return places;
  }

  /** Takes indices and two vectors from the stack; leaves the elements at these indices of both. */
  final void selectFromTwo() {
    code.invokevirtual(VECTOR, "selectFrom", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR));
  }

  /** {@code for (; index < end; index += step) body}. */
  final void loop(int index, int end, int step, Runnable body) {
    Label top = code.newLabel();
    Label done = code.newLabel();
    code.labelBinding(top).iload(index).iload(end).if_icmpge(done);
    body.run();
    code.iinc(index, step).goto_(top).labelBinding(done);
  }

  /**
   * {@code for (; index != end; index += step) body}, for short loops: no counted loop to C2, which
   * for one would check the first and last index of every array element before it starts.
   */
  final void loopUntil(int index, int end, int step, Runnable body) {
    Label top = code.newLabel();
    Label done = code.newLabel();
    code.labelBinding(top).iload(index).iload(end).if_icmpeq(done);
    body.run();
    code.iinc(index, step).goto_(top).labelBinding(done);
  }

  private void memory() {
    code.getstatic(desc(NativeMemory.class), "ALL", SEGMENT);
  }

  private void order() {
    code.getstatic(BYTE_ORDER, "LITTLE_ENDIAN", BYTE_ORDER);
  }

  private void index(int index, int plus) {
    code.iload(index);
    if (plus != 0) {
      code.loadConstant(plus).iadd();
    }
  }

  private void address(int base, int row, int pitch, long plus) {
    code.lload(base);
    if (row > 0) {
      code.lload(pitch);
      if (row > 1) {
        code.loadConstant((long) row).lmul();
      }
      code.ladd();
    }
    if (plus != 0) {
      code.loadConstant(plus).ladd();
    }
  }
}
