package io.selfrag.standalone.up;

import io.selfrag.ingest.IngestProducerConfiguration;
import io.selfrag.query.QueryApiConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Both HTTP services in one context, so that a user sees one base URL here as behind a gateway. */
@Configuration(proxyBeanMethods = false)
@Import({IngestProducerConfiguration.class, QueryApiConfiguration.class})
class ApiConfiguration {
}
