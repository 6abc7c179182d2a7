package org.espalier.lottery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.settings.SettingsReader;

/** The lotteries that can be asked for by name: {@code lotteries.yaml}. */
public final class NamedLotteries {
  private static final String FILE = "lotteries.yaml";
  private static final List<NamedLottery> ALL = read();

  private NamedLotteries() {}

  /** In the order of the file. */
  public static List<NamedLottery> all() {
    return ALL;
  }

  public static List<String> names() {
    return ALL.stream().map(NamedLottery::name).toList();
  }

  public static Optional<NamedLottery> find(String name) {
    return ALL.stream().filter(l -> l.name().equals(name)).findFirst();
  }

  private static List<NamedLottery> read() {
    Map<String, Object> file = file();
    Map<String, Object> recipes = map(file, "recipes");
    List<NamedLottery> all = new ArrayList<>();
    Map<String, Object> lotteries = map(file, "lotteries");
    for (String name : lotteries.keySet()) {
      Map<String, Object> own = new LinkedHashMap<>(map(lotteries, name));
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.putAll(map(recipes, own.remove("recipe").toString()));
      String title = own.remove("title").toString();
      settings.putAll(own);
      all.add(new NamedLottery(name, title, settings));
    }
    return List.copyOf(all);
  }

  private static Map<String, Object> file() {
    try (InputStream in = NamedLotteries.class.getResourceAsStream(FILE)) {
      return SettingsReader.readYaml(FILE, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // keys of YAML are texts
  private static Map<String, Object> map(Map<String, Object> in, String key) {
    return (Map<String, Object>) in.get(key);
  }
}
