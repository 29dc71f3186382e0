package io.selfrag.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the code base that a review would otherwise have to remember. */
class ArchitectureTest {
  private static final String ROOT = "io.selfrag..";
  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("io.selfrag");
  private static final List<String> SERVICES = List.of("io.selfrag.ingest", "io.selfrag.chunker", "io.selfrag.embedder",
      "io.selfrag.indexer", "io.selfrag.query");

  @Test
  void whatTravelsOnTheWireKnowsNoFramework() {
    check(noClasses().that().resideInAPackage("io.selfrag.schemas..").should().dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "reactor..")
        .because("an external producer uses the schemas without our services"));
  }

  @ParameterizedTest
  @MethodSource("purePackages")
  void purePackagesKnowNoFrameworkAndNoVendor(String pure) {
    assertThat(CLASSES.stream().anyMatch(type -> type.getPackageName().equals(pure))).as(pure + " exists").isTrue();
    check(noClasses().that().resideInAPackage(pure).should().dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "org.apache.kafka..", "reactor..", "io.r2dbc..",
            "org.apache.lucene..",
            "io.qdrant..", "ai.onnxruntime..", "org.apache.tika..")
        .because("decisions are tested without a broker, a context or a native library"));
  }

  static Stream<String> purePackages() {
    return Stream.of("io.selfrag.vectorstore", "io.selfrag.embedding", "io.selfrag.query.retrieve",
        "io.selfrag.chunker.split", "io.selfrag.chunker.order", "io.selfrag.generation", "io.selfrag.generation.text",
        "io.selfrag.generation.support");
  }

  @ParameterizedTest
  @MethodSource("fences")
  void vendorsStayBehindTheirAdapters(String vendor, String... homes) {
    check(noClasses().that().resideInAPackage(ROOT).and().resideOutsideOfPackages(homes).should().dependOnClassesThat()
        .resideInAPackage(vendor).because("a vendor's type outside its adapter makes the vendor part of the port"));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> fences() {
    return Stream.of(
        fence("org.apache.lucene..", "io.selfrag.vectorstore.lucene..", "io.selfrag.vectorstore.analysis.."),
        fence("io.qdrant..", "io.selfrag.vectorstore.qdrant.."),
        fence("ai.onnxruntime..", "io.selfrag.embedding.onnx.."),
        fence("dev.langchain4j..", "io.selfrag.embedding.remote..", "io.selfrag.embedding.ollama..",
            "io.selfrag.embedding.openai..", "io.selfrag.generation.remote..", "io.selfrag.generation.ollama..",
            "io.selfrag.generation.openai.."),
        fence("org.apache.tika..", "io.selfrag.chunker.parse.."), fence("io.r2dbc..", "io.selfrag.catalog.."),
        fence("org.apache.kafka.streams..", "io.selfrag.chunker.."),
        fence("io.opentelemetry..", "io.selfrag.service.trace.otlp.."),
        fence("kafka..", "io.selfrag.servers.."));
  }

  private static org.junit.jupiter.params.provider.Arguments fence(String vendor, String... homes) {
    return org.junit.jupiter.params.provider.Arguments.of(vendor, homes);
  }

  @Test
  void noServiceDependsOnAnother() {
    for (String service : SERVICES) {
      var others = SERVICES.stream().filter(other -> !other.equals(service)).map(other -> other + "..")
          .toArray(String[]::new);
      check(
          noClasses().that().resideInAPackage(service + "..").should().dependOnClassesThat().resideInAnyPackage(others)
              .because("each service is deployed and scaled alone"));
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    check(slices().matching("io.selfrag.(**)").should().beFreeOfCycles()
        .because("a cycle is one package with two names"));
  }

  @Test
  void onlyKafkaPackagesConsumeAndProduce() {
    check(noClasses().that().resideInAPackage(ROOT)
        .and()
        .resideOutsideOfPackages("..kafka..", "io.selfrag.schemas..", "io.selfrag.servers..", "io.selfrag.bench..",
            "io.selfrag.standalone..")
        .and().haveSimpleNameNotEndingWith("Configuration").should().dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka.clients..", "org.springframework.kafka..")
        .because("what is said to the broker is found in one place of each service"));
  }

  @Test
  void routesAreInHttpPackages() {
    check(classes().that().areAnnotatedWith("org.springframework.web.bind.annotation.RestController").should()
        .resideInAPackage("..http..").because("the API of a service is read in one package"));
  }

  @Test
  void nothingIsInjectedIntoFields() {
    check(noFields().that().areDeclaredInClassesThat().resideInAPackage(ROOT).should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
        .because("a constructor says what a class needs"));
    check(noFields().that().areDeclaredInClassesThat().resideInAPackage(ROOT).should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
        .because("settings are records, bound and checked at start"));
  }

  @Test
  void settingsAreRecords() {
    check(classes().that().areAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
        .should()
        .beRecords().because("settings do not change after the start"));
  }

  @Test
  void namesSayWhatAClassIsAbout() {
    // A knowledge base is what the field calls it, not a base class.
    check(noClasses().that().resideInAPackage(ROOT).and(areOurs()).and().haveSimpleNameNotEndingWith("KnowledgeBase")
        .should().haveSimpleNameEndingWith("Util").orShould().haveSimpleNameEndingWith("Utils").orShould()
        .haveSimpleNameEndingWith("Helper").orShould().haveSimpleNameEndingWith("Manager").orShould()
        .haveSimpleNameEndingWith("Impl").orShould().haveSimpleNameEndingWith("Base")
        .because("such names take in anything"));
  }

  @Test
  void timeAndRandomnessAreInjected() {
    check(noClasses().that().resideInAPackage(ROOT).and().haveSimpleNameNotEndingWith("Configuration")
        .and().resideOutsideOfPackages("io.selfrag.servers..", "io.selfrag.standalone..", "io.selfrag.bench..",
            "io.selfrag.schemas.avro..")
        .should().callMethod(java.time.Instant.class, "now").orShould().callMethod(java.util.UUID.class, "randomUUID")
        .because("a test decides what time it is"));
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    var packages = CLASSES.stream().filter(areOurs()).map(JavaClass::getPackageName).distinct().toList();
    assertThat(packages).allSatisfy(name -> assertThat(ArchitectureTest.class.getClassLoader()
        .getResource(name.replace('.', '/') + "/package-info.class")).as("package-info of " + name).isNotNull());
  }

  @Test
  void fieldsAreFinal() {
    check(fields().that().areDeclaredInClassesThat().resideInAPackage(ROOT).and().areStatic().and().areNotPrivate()
        .should().beFinal().because("several services share one JVM"));
  }

  private static DescribedPredicate<JavaClass> areOurs() {
    return DescribedPredicate.describe("are written by hand",
        type -> type.getPackageName().startsWith("io.selfrag")
            && !type.getPackageName().startsWith("io.selfrag.schemas.avro"));
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }
}
