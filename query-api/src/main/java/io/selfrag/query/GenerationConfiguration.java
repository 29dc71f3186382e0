package io.selfrag.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.conversation.Conversations;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.generation.reflect.AnswerQuestion;
import io.selfrag.generation.settings.ChatModels;
import io.selfrag.generation.settings.GenerationSettings;
import io.selfrag.generation.support.ModelSimilarity;
import io.selfrag.generation.support.Similarity;
import io.selfrag.query.answer.http.AnswerMetrics;
import io.selfrag.query.answer.http.AnswerQuestions;
import io.selfrag.query.answer.http.ChatCompletionsController;
import io.selfrag.query.answer.http.ConversationController;
import io.selfrag.query.answer.http.EmbeddingsController;
import io.selfrag.query.answer.http.KeptConversations;
import io.selfrag.query.answer.http.ModelsController;
import io.selfrag.query.answer.http.RagController;
import io.selfrag.query.health.ChatModelHealth;
import io.selfrag.query.retrieve.http.Searches;
import io.selfrag.query.systemconfig.SystemConfig;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.service.trace.Spans;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The composition of answers. Needs the beans of {@link RetrievalConfiguration}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReflectionSettings.class)
public class GenerationConfiguration {
  static final SettingsOf<GenerationSettings> SETTINGS = new SettingsOf<>("selfrag.generation",
      GenerationSettings.class);

  @Bean
  Similarity similarity(EmbeddingModels models) {
    return new ModelSimilarity(models);
  }

  @Bean(destroyMethod = "close")
  ChatModels chatModels(SystemConfig config, Similarity similarity, InstantSource clock) {
    return new ChatModels(config::generation, similarity, clock);
  }

  @Bean
  AnswerQuestions answerQuestions(Searches searches, ChatModels models, Similarity similarity, MeterRegistry metrics,
      Environment environment, ReflectionSettings reflection, Spans spans) {
    var answering = new AnswerQuestion(similarity, reflection.budget(SETTINGS.bind(environment).promptBudget()),
        Schedulers.boundedElastic());
    return new AnswerQuestions(searches, models, answering, new AnswerMetrics(metrics), spans);
  }

  @Bean
  Conversations conversations(CatalogDatabase database) {
    return new Conversations(database);
  }

  @Bean
  KeptConversations keptConversations(Conversations conversations) {
    return new KeptConversations(conversations);
  }

  @Bean
  RagController ragController(AnswerQuestions answers, KeptConversations conversations) {
    return new RagController(answers, conversations);
  }

  @Bean
  ConversationController conversationController(Conversations conversations, KeptConversations kept, RagController rag,
      MergePatch patches, KnowledgeBases bases, IdSource ids) {
    return new ConversationController(conversations, kept, rag, patches, bases, ids);
  }

  @Bean
  ChatCompletionsController chatCompletionsController(AnswerQuestions answers, IdSource ids, InstantSource clock) {
    return new ChatCompletionsController(answers, ids, clock);
  }

  @Bean
  EmbeddingsController embeddingsController(EmbeddingModels models, Scheduler searchThreads) {
    return new EmbeddingsController(models, searchThreads);
  }

  @Bean
  ModelsController modelsController(ChatModels chat, EmbeddingModels embedding, InstantSource clock) {
    return new ModelsController(chat, embedding, clock.instant());
  }

  @Bean
  ChatModelHealth chatModelHealth(ChatModels models) {
    return new ChatModelHealth(models);
  }
}
