package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.util.stream.IntStream;

/** The tiles of one convolution, and how they are laid over blocks of outputs. */
final class Tiles {
  private final PackedWeights weights;
  private final Clamp clamp;
  private final boolean residual;
  private final int channelPitch;
  private final VectorWidth width;
  private final int outputLanes;

  /** By vectors, then 0 for large blocks and 1 for small ones, then the first output in them. */
  private final PixelTile[][][] pixelTiles;

  /** By blocks and pixels. */
  private final OutputTile[][] outputTiles;

  /**
   * Makes the tiles.
   *
   * @param grid the tiles that a plane has; no others are made
   * @param weights packed
   * @param clamp applied to the sums
   * @param residual whether the sums start at bias + residual, or at the bias
   * @param channelPitch bytes from one input channel's pixels to the next's where they are packed;
   *     0 if they are read in place
   */
  Tiles(
      ProgramTiles program,
      VectorWidth width,
      PixelGrid grid,
      PackedWeights weights,
      Clamp clamp,
      boolean residual,
      int channelPitch) {
    this.weights = weights;
    this.clamp = clamp;
    this.residual = residual;
    this.channelPitch = channelPitch;
    this.outputLanes = width.outputBits() / Float.SIZE;
    this.width = width;
    this.pixelTiles = new PixelTile[PixelGrid.WIDEST + 1][][];
    for (int tile = 0; tile < grid.tiles(); tile++) {
      int vectors = grid.vectors(tile);
      if (pixelTiles[vectors] == null) {
        pixelTiles[vectors] = pixelTiles(program, vectors);
      }
    }
    this.outputTiles = new OutputTile[OutputTiles.BLOCKS + 1][];
    for (int block = 0; block < weights.blocks(); block += together(weights.blocks() - block)) {
      int blocks = together(weights.blocks() - block);
      if (outputTiles[blocks] == null) {
        outputTiles[blocks] = outputTiles(program, blocks, grid.tailPixels());
      }
    }
  }

  /** Returns how many of the blocks that are left share their broadcast pixels. */
  private static int together(int blocks) {
    return blocks >= OutputTiles.BLOCKS ? OutputTiles.BLOCKS : 1;
  }

  /** Returns how many of the single pixels that are left go together. */
  private int widest(int pixels) {
    return Math.min(width.outputTilePixels(), Integer.highestOneBit(pixels));
  }

  private OutputTile[] outputTiles(ProgramTiles program, int blocks, int tail) {
    OutputTile[] byPixels = new OutputTile[OutputTiles.PIXELS + 1];
    for (int left = tail; left > 0; left -= widest(left)) {
      int pixels = widest(left);
      byPixels[pixels] =
          program.tile(new OutputShape(width.outputBits(), blocks, pixels, weights.stride()));
    }
    return byPixels;
  }

  /** Returns the tiles for large and small blocks, by the first output in the block. */
  private PixelTile[][] pixelTiles(ProgramTiles program, int vectors) {
    PixelTile[] large = pixelTiles(program, vectors, weights.stride());
    return weights.largeBlocks() == weights.blocks()
        ? new PixelTile[][] {large}
        : new PixelTile[][] {large, pixelTiles(program, vectors, weights.stride() - 1)};
  }

  private PixelTile[] pixelTiles(ProgramTiles program, int vectors, int block) {
    int most = width.tileOutputs(vectors, residual);
    PixelTile[] tiles = new PixelTile[block];
    for (int done = 0; done < block; done += most) {
      int outputs = Math.min(most, block - done);
      tiles[done] =
          program.tile(
              new PixelShape(
                  width.bits(),
                  outputs,
                  vectors,
                  weights.stride(),
                  !width.manyRegisters(),
                  width.manyRegisters() ? 1 : turn(weights.inputs()),
                  channelPitch,
                  clamp,
                  residual));
    }
    return tiles;
  }

  /** Returns how many inputs a turn may take. Code for what is left over would be too much. */
  private static int turn(int inputs) {
    return IntStream.of(4, 3, 2).filter(turn -> inputs % turn == 0).findFirst().orElse(1);
  }

  /** Returns the weights. */
  PackedWeights weights() {
    return weights;
  }

  /**
   * Computes some tiles of pixels, of some blocks of outputs.
   *
   * @param rows where input channels are read
   * @param group the group
   * @param blockFrom the first block in the group
   * @param blockTo behind the last
   * @param vectors the vectors of each tile
   * @param count how many tiles; they are neighbours
   * @param offset bytes from an entry of {@code rows} to the first tile
   * @param offsetStep bytes from there to the next tile
   * @param out where the group's first output's tile goes
   * @param outPitch bytes from one output to the next
   * @param res where the group's first output's residual stands
   * @param resPitch bytes from one residual channel to the next
   */
  void tiles(
      long[] rows,
      int group,
      int blockFrom,
      int blockTo,
      int vectors,
      int count,
      long offset,
      long offsetStep,
      long out,
      long outPitch,
      long res,
      long resPitch) {
    // One tile goes over all blocks of a size, or one block over all tiles.
    boolean overBlocks = count == 1;
    PixelTile[][] bySize = pixelTiles[vectors];
    long tileBytes = (long) vectors * width.lanes() * Float.BYTES;
    int large = weights.largeBlocks();
    for (int from = blockFrom; from < blockTo; ) {
      int size = from < large ? 0 : 1;
      int alike = (size == 0 ? Math.min(blockTo, large) : blockTo) - from;
      int blocks = overBlocks ? alike : 1;
      PixelTile[] byOutput = bySize[size];
      for (int done = 0; done < byOutput.length; done++) {
        if (byOutput[done] != null) {
          long row = (long) weights.firstOutput(from) + done;
          byOutput[done].run(
              rows,
              group * weights.inputs(),
              weights.inputs(),
              weights.data(),
              weights.at(group, from) + done,
              overBlocks ? weights.blockFloats() : 0,
              count * blocks,
              offset,
              overBlocks ? 0 : offsetStep,
              out + row * outPitch,
              overBlocks ? outPitch * byOutput.length : tileBytes,
              outPitch,
              res + row * resPitch,
              overBlocks ? resPitch * byOutput.length : tileBytes,
              resPitch);
        }
      }
      from += blocks;
    }
  }

  /**
   * Computes single pixels of some blocks of outputs; parameters as in {@link #tiles}.
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
      int blocks = together(blockTo - block);
      for (int p = 0; p < pixels; ) {
        int count = widest(pixels - p);
        long here = (long) p * Float.BYTES;
        for (int half = 0; half < weights.stride(); half += outputLanes) {
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
      int first = weights.firstOutput(block + b) + half;
      int live = Math.min(outputLanes, weights.live(block + b) - half);
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
