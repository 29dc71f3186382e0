package io.selfrag.query;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.operator.ConfigOverrides;
import io.selfrag.query.retrieve.RerankSettings;
import io.selfrag.query.systemconfig.ConfigKey;
import io.selfrag.query.systemconfig.SystemConfig;
import io.selfrag.query.systemconfig.http.SystemConfigController;
import io.selfrag.service.config.SecretKeySettings;
import io.selfrag.service.start.SettingOrigin;
import io.selfrag.service.start.SettingsOf;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** What operators decide while the system runs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretKeySettings.class)
public class SystemConfigConfiguration {
  static final SettingsOf<RerankSettings> RERANK = new SettingsOf<>("selfrag.rerank", RerankSettings.class);

  @Bean
  SystemConfig systemConfig(CatalogDatabase database, ConfigurableEnvironment environment,
      SecretKeySettings settings, RandomGenerator random, ReactiveStringRedisTemplate redis) {
    var given = Arrays.stream(ConfigKey.values())
        .filter(it -> SettingOrigin.of(environment, it.property()).map(SettingOrigin::isGiven).orElse(false))
        .collect(Collectors.toSet());
    return SystemConfig.open(new ConfigOverrides(database), GenerationConfiguration.SETTINGS.bind(environment),
        RERANK.bind(environment), given, settings, random, redis);
  }

  @Bean
  SystemConfigController systemConfigController(SystemConfig config) {
    return new SystemConfigController(config);
  }
}
