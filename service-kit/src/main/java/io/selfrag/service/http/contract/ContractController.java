package io.selfrag.service.http.contract;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code /openapi.json} and, to read and try it, {@code /docs}: Swagger UI from our own class path, with nothing from elsewhere. */
@RestController
public final class ContractController {
  private static final String UI = "META-INF/resources/webjars/swagger-ui/";
  private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=utf-8");
  private static final MediaType STYLE = MediaType.parseMediaType("text/css;charset=utf-8");
  private static final MediaType PAGE = MediaType.parseMediaType("text/html;charset=utf-8");
  /** What the page may do: run our scripts, and ask us. Swagger UI sets styles of elements. */
  private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
      + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, File> files;
  private final Mono<byte[]> document = Mono.fromCallable(OpenApiDocument::bytes)
      .subscribeOn(Schedulers.boundedElastic()).cache();

  /** Finds Swagger UI on the class path. */
  public ContractController() {
    var folder = UI + version() + "/";
    files = Map.of("swagger-ui.css", new File(new ClassPathResource(folder + "swagger-ui.css"), STYLE),
        "swagger-ui-bundle.js", new File(new ClassPathResource(folder + "swagger-ui-bundle.js"), SCRIPT),
        "start.js", new File(new ClassPathResource("openapi/ui/start.js"), SCRIPT));
  }

  private record File(ClassPathResource content, MediaType type) {}

  private static String version() {
    try {
      var about = PropertiesLoaderUtils
          .loadProperties(new ClassPathResource("META-INF/maven/org.webjars/swagger-ui/pom.properties"));
      return Objects.requireNonNull(about.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @GetMapping("/openapi.json")
  Mono<ResponseEntity<byte[]>> document() {
    return document.map(it -> ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(it));
  }

  @GetMapping("/docs")
  Mono<ResponseEntity<byte[]>> page() {
    return answer(new File(new ClassPathResource("openapi/ui/index.html"), PAGE),
        ResponseEntity.ok().header("Content-Security-Policy", PAGE_POLICY));
  }

  @GetMapping("/docs/{file}")
  Mono<ResponseEntity<byte[]>> file(@PathVariable String file) {
    var found = files.get(file);
    return found == null
        ? Mono.error(new SelfRagException(ErrorCode.NOT_FOUND, "there is nothing at this path"))
        : answer(found, ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofHours(1))));
  }

  private static Mono<ResponseEntity<byte[]>> answer(File file, ResponseEntity.BodyBuilder answer) {
    return Mono.fromCallable(file.content()::getContentAsByteArray).subscribeOn(Schedulers.boundedElastic())
        .map(it -> answer.contentType(file.type()).body(it));
  }
}
