import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads topics from their first offset to their end with Kafka's own client and read_committed, and prints one line for each record:
 * topic, partition, offset, key and value with tabs between. What our client library believes of the topics is thus checked by another.
 */
public class ReadCommitted {
  public static void main(String[] args) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("max.poll.records", "2000");
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 20), false, StandardCharsets.UTF_8);
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (String topic : args[1].split(",")) {
        for (PartitionInfo partition : consumer.partitionsFor(topic)) all.add(new TopicPartition(topic, partition.partition()));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
      // With read_committed the end is the first offset that is not yet decided.
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch((partition) -> consumer.position(partition) < ends.get(partition))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          out.print(record.topic() + "\t" + record.partition() + "\t" + record.offset() + "\t" + record.key() + "\t" + record.value() + "\n");
        }
      }
    }
    out.flush();
  }
}
