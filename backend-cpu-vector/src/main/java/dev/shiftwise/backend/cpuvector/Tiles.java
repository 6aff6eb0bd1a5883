package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/** The tiles of one convolution, and how they are laid over blocks of outputs. */
final class Tiles {
  private final PackedWeights weights;
  private final Clamp clamp;
  private final boolean residual;
  private final VectorWidth width;
  private final int outputLanes;

  /** By vectors and outputs. */
  private final PixelTile[][] pixelTiles;

  private final OutputTile[][] outputTiles;

  Tiles(
      TileCompiler compiler,
      VectorWidth width,
      PackedWeights weights,
      Clamp clamp,
      boolean residual) {
    this.weights = weights;
    this.clamp = clamp;
    this.residual = residual;
    this.outputLanes = width.outputBits() / Float.SIZE;
    this.width = width;
    this.pixelTiles = new PixelTile[PixelGrid.WIDEST + 1][];
    for (int vectors = 1; vectors <= PixelGrid.WIDEST; vectors++) {
      pixelTiles[vectors] = pixelTiles(compiler, vectors);
    }
    this.outputTiles = new OutputTile[OutputTiles.BLOCKS + 1][OutputTiles.PIXELS + 1];
    for (int blocks = 1; blocks <= OutputTiles.BLOCKS; blocks += OutputTiles.BLOCKS - 1) {
      for (int pixels = 1; pixels <= OutputTiles.PIXELS; pixels *= 2) {
        outputTiles[blocks][pixels] = compiler.outputTile(width.outputBits(), blocks, pixels);
      }
    }
  }

  /** Returns by their outputs the tiles that the blocks need. */
  private PixelTile[] pixelTiles(TileCompiler compiler, int vectors) {
    int most = width.tileOutputs(vectors, residual);
    PixelTile[] tiles = new PixelTile[most + 1];
    for (int block = 0; block < weights.blocks(); block++) {
      for (int done = 0; done < weights.live(block); done += most) {
        int outputs = Math.min(most, weights.live(block) - done);
        tiles[outputs] =
            compiler.pixelTile(new TileShape(width.bits(), outputs, vectors, clamp, residual));
      }
    }
    return tiles;
  }

  /** Returns whether the tiles add a residual. */
  boolean residual() {
    return residual;
  }

  /** Returns the weights. */
  PackedWeights weights() {
    return weights;
  }

  /**
   * Computes one tile of pixels of some blocks of outputs.
   *
   * @param rows where input channels are read
   * @param group the group
   * @param blockFrom the first block in the group
   * @param blockTo behind the last
   * @param vectors the tile's vectors
   * @param offset bytes from an entry of {@code rows} to the tile
   * @param out where the group's first output's tile goes
   * @param outPitch bytes from one output to the next
   * @param res where the group's first output's residual stands
   * @param resPitch bytes from one residual channel to the next
   */
  void tile(
      long[] rows,
      int group,
      int blockFrom,
      int blockTo,
      int vectors,
      long offset,
      long out,
      long outPitch,
      long res,
      long resPitch) {
    int inputs = weights.inputs();
    int first = group * inputs;
    int most = width.tileOutputs(vectors, residual);
    PixelTile[] byOutputs = pixelTiles[vectors];
    int fullTo = Math.min(blockTo, weights.outputs() / PackedWeights.BLOCK);
    if (blockFrom < fullTo) {
      for (int done = 0; done < PackedWeights.BLOCK; done += most) {
        long row = (long) blockFrom * PackedWeights.BLOCK + done;
        byOutputs[most].run(
            rows,
            first,
            inputs,
            weights.data(),
            weights.at(group, blockFrom) + done,
            fullTo - blockFrom,
            offset,
            out + row * outPitch,
            outPitch,
            res + row * resPitch,
            resPitch);
      }
    }
    if (fullTo < blockTo) {
      int live = weights.live(fullTo);
      for (int done = 0; done < live; done += most) {
        long row = (long) fullTo * PackedWeights.BLOCK + done;
        byOutputs[Math.min(most, live - done)].run(
            rows,
            first,
            inputs,
            weights.data(),
            weights.at(group, fullTo) + done,
            1,
            offset,
            out + row * outPitch,
            outPitch,
            res + row * resPitch,
            resPitch);
      }
    }
  }

  /**
   * Computes single pixels of some blocks of outputs; parameters as in {@link #tile}.
   *
   * @param blockFrom the first block in the group
   * @param blockTo behind the last
   * @param pixels how many
   * @param sums the worker's own
   */
  void pixels(
      long[] rows,
      int group,
      int blockFrom,
      int blockTo,
      int pixels,
      long offset,
      long out,
      long outPitch,
      long res,
      long resPitch,
      float[] sums) {
    for (int block = blockFrom; block < blockTo; ) {
      int blocks = blockTo - block >= OutputTiles.BLOCKS ? OutputTiles.BLOCKS : 1;
      for (int p = 0; p < pixels; ) {
        int count = Math.min(OutputTiles.PIXELS, Integer.highestOneBit(pixels - p));
        long here = (long) p * Float.BYTES;
        for (int half = 0; half < PackedWeights.BLOCK; half += outputLanes) {
          outputTiles[blocks][count].run(
              rows,
              group * weights.inputs(),
              weights.inputs(),
              weights.data(),
              weights.at(group, block) + half,
              weights.blockFloats(),
              offset + here,
              sums);
          scatter(sums, block, blocks, half, count, out + here, outPitch, res + here, resPitch);
        }
        p += count;
      }
      block += blocks;
    }
  }

  /** Finishes sums whose lanes are outputs, and stores each in its plane. */
  private void scatter(
      float[] sums,
      int block,
      int blocks,
      int half,
      int pixels,
      long out,
      long outPitch,
      long res,
      long resPitch) {
    for (int b = 0; b < blocks; b++) {
      int first = (block + b) * PackedWeights.BLOCK + half;
      int live = Math.min(outputLanes, weights.outputs() - first);
      long firstOut = out + first * outPitch;
      long firstRes = res + first * resPitch;
      for (int p = 0; p < pixels; p++) {
        int from = (b * pixels + p) * outputLanes;
        for (int o = 0; o < live; o++) {
          float sum = sums[from + o];
          if (residual) {
            sum +=
                NativeMemory.ALL.get(
                    JAVA_FLOAT_UNALIGNED, firstRes + o * resPitch + (long) p * Float.BYTES);
          }
          NativeMemory.ALL.set(
              JAVA_FLOAT_UNALIGNED,
              firstOut + o * outPitch + (long) p * Float.BYTES,
              clamp.apply(sum));
        }
      }
    }
  }
}
