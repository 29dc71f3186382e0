package io.selfrag.standalone.client;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that say which system a command speaks to: a data folder's, or any by URL and key. */
public final class Target {
  @Option(names = "--data", paramLabel = "DIR", scope = ScopeType.INHERIT, defaultValue = "${env:SELFRAG_DATA}", description = "data folder of a system on this machine (default: data, beside this script; SELFRAG_DATA)")
  private @Nullable Path data;

  @Option(names = "--url", paramLabel = "URL", scope = ScopeType.INHERIT, defaultValue = "${env:SELFRAG_URL}", description = "base URL of any system; default: the data folder's (SELFRAG_URL)")
  private @Nullable String url;

  @Option(names = "--api-key", paramLabel = "KEY", scope = ScopeType.INHERIT, defaultValue = "${env:SELFRAG_API_KEY}", description = "API key; default: the demo tenant's (better set SELFRAG_API_KEY than show a key here)")
  private @Nullable String apiKey;

  @Option(names = "--kb", paramLabel = "ID", scope = ScopeType.INHERIT, description = "knowledge base; default: the demo one")
  private @Nullable UUID knowledgeBase;

  /** Speaks without a credential, which is enough to ask for health. */
  public ApiClient anyone() {
    return ApiClient.ofAnyone(baseUrl(), ifSilent());
  }

  /** Speaks with the tenant's key. */
  public ApiClient tenant() {
    return ApiClient.ofTenant(baseUrl(), apiKey != null ? apiKey : kept().apiKey(), ifSilent());
  }

  /** Speaks with the operator's token. */
  public ApiClient operator() {
    var token = Optional.ofNullable(System.getenv("ADMIN_TOKEN")).filter(it -> !it.isBlank())
        .orElseGet(() -> kept().adminToken());
    return ApiClient.ofOperator(baseUrl(), token, ifSilent());
  }

  private String ifSilent() {
    return url != null ? "Is the system running there?" : Command.name() + " up" + dataOption() + " starts the system.";
  }

  public String baseUrl() {
    return url != null ? url : kept().baseUrl();
  }

  public UUID knowledgeBase() {
    return knowledgeBase != null ? knowledgeBase : kept().knowledgeBaseId();
  }

  /** The options of this target as they stand in advice: a data folder that is not the usual one. */
  public String dataOption() {
    return url != null ? "" : Command.dataOption(data());
  }

  /** Whether a system was named by its URL, and not by a data folder. */
  public boolean isNamedByUrl() {
    return url != null;
  }

  /** The data folder, whether there is a system in it or not. */
  public Path data() {
    return data != null ? data : Command.usualData();
  }

  private Credentials kept() {
    return Credentials.in(data()).orElseThrow(() -> new CredentialsException("No system was started in "
        + Command.shown(data()) + ": start one with " + Command.name() + " up" + Command.dataOption(data())
        + ", or give --url and --api-key.", null));
  }
}
