package io.selfrag.embedding.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * One model in ONNX Runtime. One intra-op thread: callers give the parallelism, and more threads a call only contend. One
 * text a run: int8 activations are quantised over the whole input, so a neighbour would change a text's vector.
 */
final class OnnxSession {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int dimension;

  private OnnxSession(OrtEnvironment environment, OrtSession session, int dimension) {
    this.environment = environment;
    this.session = session;
    this.dimension = dimension;
  }

  static OnnxSession open(OnnxModel model) {
    OrtEnvironment environment = LastingEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new OnnxSession(environment, environment.createSession(bytes(model), options), model.id().dimension());
    } catch (OrtException e) {
      throw new IllegalStateException("the model " + model.id().key() + " cannot be loaded", e);
    }
  }

  /** The unit-length vector of the first ([CLS]) position. Safe for concurrent callers. */
  float[] run(long[] ids) {
    return states(ids, states -> unit(vector(states, 0)));
  }

  /** The vectors of the given positions as they are, of any length. Safe for concurrent callers. */
  float[][] run(long[] ids, int[] positions) {
    return states(ids,
        states -> Arrays.stream(positions).mapToObj(it -> vector(states, it)).toArray(float[][]::new));
  }

  private float[] vector(FloatBuffer states, int position) {
    float[] vector = new float[dimension];
    states.get(position * dimension, vector);
    return vector;
  }

  private <T> T states(long[] ids, Function<FloatBuffer, T> read) {
    long[] shape = {1, ids.length};
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    try (OnnxTensor inputIds = tensor(ids, shape);
        OnnxTensor attentionMask = tensor(mask, shape);
        OnnxTensor tokenTypes = tensor(new long[ids.length], shape);
        OrtSession.Result result = session.run(
            Map.of("input_ids", inputIds, "attention_mask", attentionMask, "token_type_ids", tokenTypes))) {
      return read.apply(((OnnxTensor) result.get(0)).getFloatBuffer());
    } catch (OrtException e) {
      throw new SelfRagException(ErrorCode.INTERNAL_ERROR, "ONNX Runtime failed on a text", e);
    }
  }

  /** Only when no {@link #run} is in flight. */
  void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not free a session", e);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  private static byte[] bytes(OnnxModel model) {
    try (InputStream onnx = OnnxSession.class.getResourceAsStream(model.modelResource())) {
      if (onnx == null) {
        throw new IllegalStateException("no model " + model.id().key() + " on the class path");
      }
      return onnx.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the model " + model.id().key() + " cannot be read", e);
    }
  }
}
