package io.selfrag.ingest.http;

import io.selfrag.ingest.content.TakeContent;
import io.selfrag.ingest.document.DocumentFields;
import io.selfrag.ingest.single.Original;
import io.selfrag.service.http.FieldProblem;
import io.selfrag.service.http.UuidText;
import io.selfrag.service.http.StorableText;
import io.selfrag.service.http.ValidationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a multipart upload as it comes in: fields into memory, the file straight through to where contents go. */
public final class UploadForm {
  private static final String FILE = "file";
  private static final Set<String> FIELDS = Set.of("title", "content", "source_url", "metadata", "source",
      "external_id", "document_id", "sensitivity_level", "acl_users", "acl_roles", "acl_groups", "wait", "job_id");
  private static final int MAX_PARTS = 500;
  /** Of one field; the file may be larger. */
  public static final int MAX_FIELD_BYTES = 256 * 1024;

  private final TakeContent contents;
  private final JsonMapper json;

  public UploadForm(TakeContent contents, JsonMapper json) {
    this.contents = contents;
    this.json = json;
  }

  private sealed interface Part {
    record Field(String name, String value) implements Part {}

    record File(Original original) implements Part {}
  }

  /** Reads the form to its end. */
  Mono<Upload> read(UUID tenantId, Flux<PartEvent> events) {
    return events
        // What a part's headers say is read where the parts are made, and thrown from there.
        .onErrorMap(IllegalArgumentException.class,
            e -> problem(FILE, "the form has a part whose headers cannot be read", "value_error"))
        .windowUntil(PartEvent::isLast).index().concatMap(window -> window.getT1() >= MAX_PARTS
            ? discard(window.getT2())
                .then(Mono.<Part>error(problem("file", "the form has too many parts", "value_error")))
            : window.getT2().switchOnFirst((first, part) -> {
              PartEvent event = first.get();
              return event == null ? Flux.<Part>empty() : part(tenantId, event, part);
            }), 1)
        .collectList().map(UploadForm::upload);
  }

  private Flux<Part> part(UUID tenantId, PartEvent first, Flux<PartEvent> part) {
    if (first.headers().getContentDisposition().getName() == null) {
      return discard(part).thenMany(Flux.error(problem(FILE, "the form has a part without a name", "value_error")));
    }
    return switch (first) {
      case FormPartEvent field when FIELDS.contains(field.name()) -> discard(part)
          .thenMany(Flux.just(new Part.Field(field.name(), field.value())));
      // A field with a content type of its own, as curl sends JSON; as a file too.
      case PartEvent field when FIELDS.contains(field.name()) -> DataBufferUtils
          .join(part.map(PartEvent::content), MAX_FIELD_BYTES)
          .<Part>map(it -> new Part.Field(field.name(), new String(bytes(it), StandardCharsets.UTF_8))).flux();
      case FilePartEvent file when FILE.equals(file.name()) && !StorableText.isAll(file.filename()) -> discard(part)
          .thenMany(Flux.error(problem(FILE, "must have a name without U+0000", "value_error")));
      case FilePartEvent file when FILE.equals(file.name()) -> contents
          .of(tenantId, part.map(PartEvent::content).map(UploadForm::bytes))
          .<Part>map(content -> new Part.File(new Original(content, file.filename(), mediaType(file.headers()))))
          .flux();
      case PartEvent it when FILE.equals(it.name()) -> discard(part)
          .thenMany(Flux.error(problem(FILE, "must be sent as a file, with a name", "type_error")));
      default -> discard(part).thenMany(Flux.error(problem(first.name(), "unknown field", "extra_forbidden")));
    };
  }

  /** Null if it is none: only a hint, the content decides. */
  private static @Nullable String mediaType(HttpHeaders headers) {
    try {
      var type = headers.getContentType();
      return type == null ? null : type.toString();
    } catch (InvalidMediaTypeException e) {
      return null;
    }
  }

  private static Upload upload(List<Part> parts) {
    var fields = new HashMap<String, List<String>>();
    Original original = null;
    for (Part part : parts) {
      switch (part) {
        case Part.Field field -> fields.computeIfAbsent(field.name(), it -> new ArrayList<>()).add(field.value());
        case Part.File file -> {
          if (original != null) {
            throw problem(FILE, "there must be one file only", "value_error");
          }
          original = file.original();
        }
      }
    }
    if (original == null) {
      throw problem(FILE, "is required", "missing");
    }
    return new Upload(fields, original);
  }

  /** The form's fields as those of a document; the file's name stands in for a title. */
  DocumentFields fields(Upload upload) {
    var form = upload.fields();
    var fields = new DocumentFields(single(form, "title"), single(form, "content"), single(form, "source_url"),
        metadata(single(form, "metadata")), single(form, "source"), single(form, "external_id"),
        id("document_id", single(form, "document_id")), single(form, "sensitivity_level"), list(form, "acl_users"),
        list(form, "acl_roles"), list(form, "acl_groups"), number(single(form, "wait")));
    var name = upload.original().fileName();
    return name == null ? fields : fields.withTitleIfAbsent(name);
  }

  /** The job that the upload belongs to, or null. */
  @Nullable
  UUID job(Upload upload) {
    return id("job_id", single(upload.fields(), "job_id"));
  }

  private static @Nullable String single(Map<String, List<String>> form, String field) {
    var values = form.getOrDefault(field, List.of());
    if (values.size() > 1) {
      throw problem(field, "must be given once", "value_error");
    }
    // Forms have no null: an empty field is one that was left out.
    return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
  }

  /** Repeated fields, a JSON list, or names with commas between. */
  private @Nullable List<@Nullable String> list(Map<String, List<String>> form, String field) {
    var values = form.get(field);
    if (values == null) {
      return null;
    }
    var names = new ArrayList<@Nullable String>();
    for (String value : values) {
      if (value.stripLeading().startsWith("[")) {
        var node = parse(field, value);
        if (!node.valueStream().allMatch(JsonNode::isString)) {
          throw problem(field, "must be a list of strings", "type_error");
        }
        node.valueStream().forEach(it -> names.add(it.asString()));
      } else {
        Arrays.stream(value.split(",")).map(String::strip).filter(it -> !it.isEmpty()).forEach(names::add);
      }
    }
    return names;
  }

  private @Nullable JsonNode metadata(@Nullable String text) {
    return text == null ? null : parse("metadata", text);
  }

  private JsonNode parse(String field, String text) {
    try {
      return json.readTree(text);
    } catch (JacksonException e) {
      throw problem(field, "is not valid JSON", "json_invalid");
    }
  }

  private static @Nullable UUID id(String field, @Nullable String text) {
    try {
      return text == null ? null : UuidText.parse(text);
    } catch (IllegalArgumentException e) {
      throw problem(field, "must be a UUID", "type_error");
    }
  }

  private static @Nullable Integer number(@Nullable String text) {
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException e) {
      throw problem("wait", "must be a whole number", "type_error");
    }
  }

  private static Mono<Void> discard(Flux<PartEvent> part) {
    return part.doOnNext(it -> DataBufferUtils.release(it.content())).then();
  }

  private static byte[] bytes(DataBuffer buffer) {
    var bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  private static ValidationException problem(String field, String message, String type) {
    return new ValidationException(List.of(new FieldProblem(List.of("body", field), message, type)));
  }
}
