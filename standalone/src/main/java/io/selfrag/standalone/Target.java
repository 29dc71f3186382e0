package io.selfrag.standalone;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Credentials;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which system a command speaks to: a data folder's, or any by URL and key. */
final class Target {
  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA:-data}", description = "data folder of a system on this machine (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Option(names = "--url", paramLabel = "URL", defaultValue = "${env:SELFRAG_URL}", description = "base URL of any system; default: the data folder's")
  private @Nullable String url;

  @Option(names = "--api-key", paramLabel = "KEY", defaultValue = "${env:SELFRAG_API_KEY}", description = "API key; default: the demo tenant's (better set SELFRAG_API_KEY than show a key here)")
  private @Nullable String apiKey;

  @Option(names = "--kb", paramLabel = "ID", description = "knowledge base; default: the demo one")
  private @Nullable UUID knowledgeBase;

  ApiClient tenant() {
    return ApiClient.ofTenant(baseUrl(), apiKey != null ? apiKey : kept().apiKey());
  }

  ApiClient operator() {
    var token = Optional.ofNullable(System.getenv("ADMIN_TOKEN")).orElseGet(() -> kept().adminToken());
    return ApiClient.ofOperator(baseUrl(), token);
  }

  String baseUrl() {
    return url != null ? url : kept().baseUrl();
  }

  UUID knowledgeBase() {
    return knowledgeBase != null ? knowledgeBase : kept().knowledgeBaseId();
  }

  private Credentials kept() {
    return Credentials.in(data).orElseThrow(() -> new ApiFailure(0,
        "No system was started in " + data.toAbsolutePath()
            + ". Start one with ./selfrag up, or give --url and --api-key."));
  }
}
