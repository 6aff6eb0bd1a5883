package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * Makes the tiles, one small class for each shape, and keeps them.
 *
 * <p>Why generated: a tile needs every accumulator as a local variable and every call of the Vector
 * API in its own body. C2 stops inlining helper methods into a body with that many nodes
 * (NodeCountInliningCutoff; only the API's own force-inlined methods are exempt), and one call left
 * over boxes its vectors: a quarter of the speed. By hand that would be the same twenty methods
 * again and again; the generator writes exactly what a programmer would, for any number of outputs
 * and vectors, and leaves out clamp and residual where there are none.
 *
 * <p>One per backend; safe for any thread.
 */
final class TileCompiler {
  private final ConcurrentMap<TileShape<?>, Made<?>> made = new ConcurrentHashMap<>();

  /**
   * A tile.
   *
   * @param rehearsal a short call of it
   */
  record Made<T>(T tile, Rehearsal rehearsal) {}

  /** Returns the tile of a shape. */
  @SuppressWarnings("unchecked") // the shape says what tile it is
  <T> Made<T> tile(TileShape<T> shape) {
    return (Made<T>) made.computeIfAbsent(shape, TileCompiler::make);
  }

  private static <T> Made<T> make(TileShape<T> shape) {
    T tile = instantiate(shape.type(), shape.name(), code -> shape.code(code).emit());
    return new Made<>(tile, shape.rehearsal(tile));
  }

  private static <T> T instantiate(Class<T> type, String name, Consumer<CodeBuilder> body) {
    Method method =
        Arrays.stream(type.getDeclaredMethods())
            .filter(m -> m.getName().equals("run"))
            .findFirst()
            .orElseThrow();
    MethodType run = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(TileCompiler.class.getPackageName(), name),
                c ->
                    c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(TileCode.desc(type))
                        .withMethodBody(
                            ConstantDescs.INIT_NAME,
                            ConstantDescs.MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(
                                        ConstantDescs.CD_Object,
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void)
                                    .return_())
                        .withMethodBody(
                            "run",
                            run.describeConstable().orElseThrow(),
                            ClassFile.ACC_PUBLIC,
                            body));
    try {
      MethodHandles.Lookup tile = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return type.cast(
          tile.findConstructor(tile.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (Throwable e) {
      // A verifier's complaint about our own code: nothing that a caller could do about it.
      throw new IllegalStateException("the tile " + name + " cannot be made", e);
    }
  }
}
