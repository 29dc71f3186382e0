package io.selfrag.ingest;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.ExportReads;
import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.ingest.accept.DocumentIds;
import io.selfrag.ingest.bulk.BulkStream;
import io.selfrag.ingest.bulk.IngestMany;
import io.selfrag.ingest.bulk.ItemReader;
import io.selfrag.ingest.content.TakeContent;
import io.selfrag.ingest.document.DocumentRules;
import io.selfrag.ingest.export.ExportLines;
import io.selfrag.ingest.http.DocumentsController;
import io.selfrag.ingest.http.EventStreams;
import io.selfrag.ingest.http.ExportController;
import io.selfrag.ingest.http.JobsController;
import io.selfrag.ingest.http.ManyDocumentsController;
import io.selfrag.ingest.http.RouteAccess;
import io.selfrag.ingest.http.SingleDocumentController;
import io.selfrag.ingest.http.TimelineController;
import io.selfrag.ingest.http.UploadForm;
import io.selfrag.ingest.single.IngestOne;
import io.selfrag.ingest.waiting.OpenStreams;
import io.selfrag.ingest.waiting.RevisionWaiters;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import io.selfrag.service.start.ReportDatabase;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** The routes of this service. */
@Configuration(proxyBeanMethods = false)
class IngestRoutes {
  @Bean
  DocumentRules documentRules(JsonMapper json) {
    return new DocumentRules(json);
  }

  @Bean
  ItemReader itemReader(JsonMapper json) {
    return new ItemReader(json);
  }

  @Bean
  RouteAccess routeAccess(IntakeChecks checks, DocumentReads documents) {
    return new RouteAccess(checks, documents);
  }

  @Bean
  SingleDocumentController singleDocumentController(RouteAccess access, DocumentRules rules, IngestOne ingest,
      TakeContent contents, RevisionWaiters waiters, DocumentChanges changes, Idempotency idempotency,
      IngestJobs jobs, JsonMapper json) {
    return new SingleDocumentController(access, rules, ingest, new UploadForm(contents, json), waiters, changes,
        idempotency, jobs);
  }

  @Bean
  ManyDocumentsController manyDocumentsController(RouteAccess access, IngestMany ingest, BulkStream bulk,
      ItemReader reader, IngestJobs jobs, DocumentIds ids, Idempotency idempotency, JsonMapper json) {
    return new ManyDocumentsController(access, ingest, bulk, reader, jobs, ids, idempotency, json);
  }

  @Bean
  DocumentsController documentsController(RouteAccess access, DocumentReads documents, ReportDatabase reports,
      DocumentChanges changes, DocumentRules rules, ContentStore contents, JsonMapper json) {
    return new DocumentsController(access, documents, new DocumentReads(reports.database()), changes, rules, contents,
        json);
  }

  @Bean
  ExportController exportController(RouteAccess access, ReportDatabase reports, JsonMapper json) {
    var database = reports.database();
    return new ExportController(access,
        new ExportLines(new ExportReads(database), new ContentStore(database), json));
  }

  @Bean
  EventStreams eventStreams(OpenStreams streams) {
    return new EventStreams(streams);
  }

  @Bean
  TimelineController timelineController(RouteAccess access, DocumentReads documents, EventStreams streams) {
    return new TimelineController(access, documents, streams);
  }

  @Bean
  JobsController jobsController(RouteAccess access, IngestJobs jobs, EventStreams streams, IdSource ids) {
    return new JobsController(access, jobs, streams, ids);
  }

  /** A form's fields are in memory; its file is not. */
  @Bean
  WebFluxConfigurer formFieldsAreSmall() {
    return new WebFluxConfigurer() {
      @Override
      public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
        configurer.defaultCodecs().configureDefaultCodec(codec -> {
          if (codec instanceof PartEventHttpMessageReader reader) {
            reader.setMaxInMemorySize(UploadForm.MAX_FIELD_BYTES);
          }
        });
      }
    };
  }
}
