package io.selfrag.generation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A small library about pumps and badgers, in English and Chinese. */
public final class Fixtures {
  public static final Evidence PUMP = passage(1, "Pump handbook", """
      The main pump was installed in 2019 by Siemens Energy. It moves 1,250 litres per minute at full load. \
      The seal must be replaced every 18 months. Operators must not start the pump when the tank is empty.""");
  /** Without the seal. */
  public static final Evidence PUMP_ALONE = passage(6, "Pump handbook",
      "The main pump was installed in 2019 by Siemens Energy.");
  public static final Evidence BADGER = passage(2, "Badgers",
      "The badger digs a burrow in sandy soil. A clan of six badgers lives in one sett.");
  public static final Evidence PUMP_ZH = passage(3, "水泵手册",
      "主水泵由西门子能源公司于2019年安装。满负荷时每分钟输送1250升水。密封件必须每18个月更换一次。水箱为空时不得启动水泵。");

  private Fixtures() {}

  public static Evidence passage(int id, String title, String text) {
    return new Evidence(new UUID(0, id), title, text, null);
  }

  /** Chunks that stand around another. */
  public static List<Evidence.Part> parts(String... texts) {
    return Stream.of(texts)
        .map(it -> new Evidence.Part(UUID.nameUUIDFromBytes(it.getBytes(StandardCharsets.UTF_8)), it)).toList();
  }

  public static List<Evidence> library() {
    return new ArrayList<>(List.of(PUMP, BADGER, PUMP_ZH));
  }
}
