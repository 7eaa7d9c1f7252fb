// SPDX-License-Identifier: MIT
// Transactions BROKERS: what becomes of a producer that wants them; prints the error's class.
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Transactions {
  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("transactional.id", "t");
    settings.put("max.block.ms", "120000");
    long began = 0;
    try (var producer =
             new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      began = System.nanoTime();
      producer.initTransactions();
      System.out.println("none");
    } catch (Exception error) {
      System.out.println(error.getClass().getSimpleName());
    }
    System.err.println((System.nanoTime() - began) / 1_000_000 + " ms");
  }
}
