// SPDX-License-Identifier: MIT
// Apache Kafka's own client through the clients' script: see ../README.md.
// Run from its source: java -cp 'LIBS/*' Client.java BROKERS TOPIC GROUP COUNT ASSIGNOR
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

@SuppressWarnings({"deprecation", "removal"})  // listConsumerGroups, state: 3.9 and 4.1 have them
public class Client {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  static final Map<String, String> ASSIGNORS = Map.of(
      "eager", "org.apache.kafka.clients.consumer.RangeAssignor",
      "cooperative", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");

  final String brokers, topic, gone, group, assignor;
  final int count;
  final Admin admin;
  final List<Object> sent = new ArrayList<>();

  Client(String[] arguments) {
    brokers = arguments[0];
    topic = arguments[1];
    gone = topic + ".gone";
    group = arguments[2];
    count = Integer.parseInt(arguments[3]);
    assignor = arguments[4];
    admin = Admin.create(Map.of("bootstrap.servers", brokers));
  }

  public static void main(String[] arguments) throws Exception {
    Client client = new Client(arguments);
    Map<String, Object> result = client.run();
    client.admin.close(PATIENCE);
    System.out.println(json(result));
    System.exit(0);
  }

  // A consumer in a thread of its own, which commits what it has read, then closes, when told.
  class Member extends Thread {
    final KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
        Map.of("bootstrap.servers", brokers, "group.id", group, "auto.offset.reset", "earliest",
            "enable.auto.commit", "false", "session.timeout.ms", "10000",
            "heartbeat.interval.ms", "500",
            "partition.assignment.strategy", ASSIGNORS.get(assignor)),
        new StringDeserializer(), new StringDeserializer());
    final List<Object> records = new ArrayList<>();
    volatile int recordsRead = 0;
    volatile List<Integer> partitions = List.of();
    volatile boolean stopping = false;
    final CountDownLatch committed = new CountDownLatch(1), leaving = new CountDownLatch(1);
    volatile Exception failure = null;

    Member() {
      setDaemon(true);
      consumer.subscribe(List.of(topic));
      start();
    }

    @Override
    public void run() {
      try {
        readAndCommit();
        committed.countDown();
        leaving.await();
        consumer.close(PATIENCE);
      } catch (Exception error) {
        failure = error;
      }
    }

    void readAndCommit() {
      while (!stopping) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100)))
          records.add(plain(record));
        recordsRead = records.size();
        partitions = consumer.assignment().stream().map(TopicPartition::partition).sorted().toList();
      }
      consumer.commitSync(PATIENCE);
    }

    void commit() throws Exception {
      stopping = true;
      check(committed.await(PATIENCE.toSeconds(), SECONDS), "a member does not commit: " + failure);
    }

    void finish() throws Exception {
      leaving.countDown();
      join(PATIENCE.toMillis());
      check(!isAlive(), "a member does not close");
      if (failure != null) throw new Exception("a member failed", failure);
    }
  }

  static List<Object> plain(ConsumerRecord<String, String> record) {
    Map<String, Object> headers = new LinkedHashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return List.of(record.partition(), record.offset(), record.key(), record.value(), headers);
  }

  Map<String, Object> run() throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1), new NewTopic(gone, 1, (short) 1)))
        .all().get();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("client", "kafka-clients");
    result.put("version", AppInfoParser.getVersion());
    result.put("codecs", CODECS);
    result.put("partitions", admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic)
        .partitions().size());
    twoMembers(result);
    result.put("committed", committed());
    comeAgain(result);
    result.put("sent", sent);
    cleanUp(result);
    return result;
  }

  void twoMembers(Map<String, Object> result) throws Exception {
    List<Member> members = List.of(new Member(), new Member());
    waitUntil(() -> members.stream().allMatch(one -> one.partitions.size() == 2),
        "both to have partitions");
    for (String codec : CODECS) send(codec, codec);
    waitUntil(() -> members.stream().mapToInt(one -> one.recordsRead).sum() >= sent.size(),
        "all records");
    ConsumerGroupDescription found = described();
    result.put("live", Map.of("state", found.state().toString(), "members", found.members().size()));
    List<Object> told = new ArrayList<>();
    for (Member one : members) one.commit();
    for (Member one : members) {
      one.finish();
      told.add(Map.of("partitions", one.partitions, "records", one.records));
    }
    result.put("members", told);
  }

  void comeAgain(Map<String, Object> result) throws Exception {
    send("late", "none");
    Member again = new Member();
    waitUntil(() -> again.recordsRead >= count, "the late records");
    again.commit();
    again.finish();
    result.put("late", again.records);
  }

  void cleanUp(Map<String, Object> result) throws Exception {
    result.put("listed", isListed());
    result.put("idle_state", described().state().toString());
    result.put("committed_after", committed());
    admin.deleteConsumerGroupOffsets(group, Set.of(new TopicPartition(topic, 0))).all().get();
    result.put("offsets_after_deletion", committed());
    admin.deleteConsumerGroups(List.of(group)).all().get();
    result.put("group_deleted", !isListed());
    admin.deleteTopics(List.of(gone)).all().get();
    // Apache Kafka's controller answers before the broker that lists the topics has heard of it.
    waitUntil(() -> !admin.listTopics().names().get().contains(gone), "the deleted topic to be gone");
    result.put("topic_deleted", true);
  }

  void send(String name, String codec) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all",
        "enable.idempotence", "true", "linger.ms", "5", "compression.type", codec);
    List<Future<RecordMetadata>> futures = new ArrayList<>();
    try (var producer =
            new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < count; i++) {
        String value = name + " " + i + " " + "x".repeat(i);
        var record = new ProducerRecord<>(topic, "key-" + i % 16, value);
        record.headers().add("codec", name.getBytes(UTF_8));
        record.headers().add("number", String.valueOf(i).getBytes(UTF_8));
        futures.add(producer.send(record));
      }
    }
    for (int i = 0; i < count; i++) {
      RecordMetadata told = futures.get(i).get();
      sent.add(List.of(name, i, told.partition(), told.offset()));
    }
  }

  ConsumerGroupDescription described() throws Exception {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group);
  }

  boolean isListed() throws Exception {
    return admin.listConsumerGroups().all().get().stream()
        .anyMatch(one -> one.groupId().equals(group));
  }

  Map<String, Object> committed() throws Exception {
    Map<String, Object> offsets = new TreeMap<>();
    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().forEach(
        (partition, position) -> offsets.put(
            String.valueOf(partition.partition()), position.offset()));
    return offsets;
  }

  static void check(boolean isSo, String otherwise) throws Exception {
    if (!isSo) throw new Exception(otherwise);
  }

  static void waitUntil(Callable<Boolean> isSo, String what) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.call()) {
      check(System.nanoTime() < end, "waited in vain for " + what);
      Thread.sleep(20);
    }
  }

  // All text here is plain ASCII without quotes.
  static String json(Object value) {
    if (value instanceof Map<?, ?> map)
      return map.entrySet().stream()
          .map(entry -> json(entry.getKey()) + ": " + json(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    if (value instanceof Collection<?> list)
      return list.stream().map(Client::json).collect(Collectors.joining(", ", "[", "]"));
    return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
  }
}
