package io.selfrag.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateLookTest {
  private static final int DAYS = 60;

  @TempDir
  Path folder;

  @Test
  void aCertificateIsWellUntilAMonthBeforeItsEndAndAFaultInTheLastWeek() throws Exception {
    var file = certificate();
    var made = Instant.now();

    assertThat(after(file, made, 1).level()).isEqualTo(Finding.Level.OK);
    assertThat(after(file, made, 40).level()).isEqualTo(Finding.Level.WARN);
    assertThat(after(file, made, 55).level()).isEqualTo(Finding.Level.FAIL);
    assertThat(after(file, made, 70)).satisfies(it -> {
      assertThat(it.level()).isEqualTo(Finding.Level.FAIL);
      assertThat(it.said()).contains("expired").endsWith("days ago");
    });
  }

  private static Finding after(Path file, Instant made, int days) throws Exception {
    return new CertificateLook(null, file, made.plus(Duration.ofDays(days)), Duration.ofSeconds(5)).findings()
        .getFirst();
  }

  private Path certificate() throws Exception {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var keys = folder.resolve("keys.p12").toString();
    run(keytool, "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost", "-validity",
        Integer.toString(DAYS), "-keystore", keys, "-storepass", "changeit");
    var file = folder.resolve("cert.pem");
    run(keytool, "-exportcert", "-rfc", "-alias", "a", "-keystore", keys, "-storepass", "changeit", "-file",
        file.toString());
    return file;
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
