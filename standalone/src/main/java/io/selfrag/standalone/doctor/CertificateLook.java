package io.selfrag.standalone.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** How long the certificates are valid: of the API where its address is https, and of a file. */
record CertificateLook(@Nullable URI api, @Nullable Path file, Instant now, Duration limit) implements Look {
  private static final int HTTPS = 443;
  private static final Duration SOON = Duration.ofDays(30);
  private static final Duration AT_ONCE = Duration.ofDays(7);

  @Override
  public String what() {
    return "certificate";
  }

  @Override
  public List<Finding> findings() throws IOException, GeneralSecurityException {
    var findings = new ArrayList<Finding>();
    if (api != null && "https".equals(api.getScheme())) {
      findings.add(judged(api.getHost(), presented(api)));
    }
    if (file != null) {
      try (var in = Files.newInputStream(file)) {
        findings.add(judged(file.toString(),
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in)));
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.none("certificate", "the API is not https, and no file was named",
          "name the proxy's certificate with --certificate FILE, or its https address with --url"));
    }
    return findings;
  }

  private Finding judged(String whose, X509Certificate certificate) {
    var left = Duration.between(now, certificate.getNotAfter().toInstant());
    return Finding.of("certificate", left.compareTo(AT_ONCE) < 0, left.compareTo(SOON) < 0,
        whose + (left.isNegative() ? ": expired " : ": valid for ") + Math.abs(left.toDays()) + " days"
            + (left.isNegative() ? " ago" : ""),
        "renew it (docs/security.md), then reload the proxy");
  }

  private X509Certificate presented(URI address) throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[]{new ReadingOnly()}, new SecureRandom());
    int millis = (int) limit.toMillis();
    try (var plain = new Socket()) {
      plain.connect(new InetSocketAddress(address.getHost(), address.getPort() < 0 ? HTTPS : address.getPort()),
          millis);
      plain.setSoTimeout(millis);
      try (var tls = (SSLSocket) context.getSocketFactory().createSocket(plain, address.getHost(), plain.getPort(),
          true)) {
        tls.startHandshake();
        return (X509Certificate) tls.getSession().getPeerCertificates()[0];
      }
    }
  }

  /** Nothing is said on this connection: who is at its end does not matter, only until when it may be. */
  private static final class ReadingOnly extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
