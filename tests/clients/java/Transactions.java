// SPDX-License-Identifier: MIT
// Transactions BROKERS: what becomes of producers that want them. Prints the class of each one's
// error and the milliseconds that initTransactions took: the first one's with the loading of the
// client's classes, the second one's alone.
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Transactions {
  public static void main(String[] arguments) {
    for (int i = 0; i < 2; ++i) ask(arguments[0]);
  }

  static void ask(String brokers) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("transactional.id", "t");
    settings.put("max.block.ms", "120000");
    try (var producer =
             new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      long began = System.nanoTime();
      String outcome = "none";
      try {
        producer.initTransactions();
      } catch (Exception error) {
        outcome = error.getClass().getSimpleName();
      }
      System.out.println(outcome + " " + (System.nanoTime() - began) / 1_000_000);
    }
  }
}
