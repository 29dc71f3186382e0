package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays, put together by kustomize itself. */
class KustomizeTest {
  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void anOverlayFitsTogether(String overlay) throws IOException, InterruptedException {
    assumeTrue(Programs.isThere("kubectl"), "SKIPPED: overlays are not put together, for there is no kubectl");
    var process = new ProcessBuilder("kubectl", "kustomize", Repository.path("k8s/overlays/" + overlay).toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    var manifests = Manifests.of(Stream.of(text));
    var namespace = overlay.equals("production") ? "selfrag" : "selfrag-dev";
    assertThat(manifests.typed()).hasSizeGreaterThan(30).allSatisfy(it -> {
      assertThat(AdditionalProperties.of(it, new TreeSet<>())).isEmpty();
      assertThat(it.getKind().equals("Namespace") ? namespace : it.getMetadata().getNamespace()).isEqualTo(namespace);
    });
    assertThat(manifests.typed()).extracting(HasMetadata::getKind).contains("Deployment", "StatefulSet", "Job",
        "HorizontalPodAutoscaler", "NetworkPolicy", "Ingress", "PodDisruptionBudget");
  }
}
