package io.selfrag.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import ai.onnxruntime.OrtEnvironment;

class OnnxRuntimeTest {
  @Test
  void theRuntimeHasNoAddressToReportTo() throws IOException {
    // given: releases from 1.29 on carry a telemetry client
    try (InputStream library = OrtEnvironment.class.getResourceAsStream("native/linux-x64/libonnxruntime.so")) {
      byte[] bytes = Objects.requireNonNull(library).readAllBytes();

      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("onnxruntime")
          .satisfies(text -> assertThat(text.contains("events.data.microsoft.com")).isFalse());
    }
  }

  @Test
  void trackingByTheTokenizersLibraryIsOff() {
    OnnxTokenCounters.load(OnnxModel.BGE_SMALL_EN);

    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }
}
