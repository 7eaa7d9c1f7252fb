# SPDX-License-Identifier: MIT
"""A Telegraf that moves Avro records from Kafka into an InfluxDB, set up as observatories do."""
import pathlib
import signal
import subprocess

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/peers/bin/telegraf-1.37.2"
STOP_SECONDS_MAX = 30

CONFIGURATION = """
[agent]
  flush_interval = "{flush_interval}"
  flush_jitter = "0s"
  metric_batch_size = 1000
  metric_buffer_limit = 100000
  omit_hostname = true
  skip_processors_after_aggregators = true
  precision = "1us"
[[outputs.influxdb]]
  urls = ["{influx_url}"]
  database = "efd"
  skip_database_creation = true
  timeout = "15s"
[[inputs.kafka_consumer]]
  brokers = ["{brokers}"]
  topic_regexps = ["{topics}"]
  consumer_group = "{group}"
  client_id = "telegraf"
  kafka_version = "2.6.0"
  compression_codec = 3
  offset = "oldest"
  balance_strategy = "range"
  precision = "1us"
  max_processing_time = "5s"
  max_undelivered_messages = 10000
  consumer_fetch_default = "20MB"
  data_format = "avro"
  avro_schema_registry = "{registry_url}"
  avro_union_mode = "nullable"
  avro_field_separator = ""
  {timestamp}
"""


class Telegraf:
    """In a folder; start, stop and kill it as often as a test likes: its group keeps the place."""

    def __init__(self, folder, brokers, registry_url, influx_url, topics="^lsst[.]sal[.].*$",
                 group="telegraf-kafka-consumer", time_field=None, flush_interval="1s"):
        """time_field: seconds since 1970 (UTC); None: Telegraf's own clock, as it cannot read
        Avro's timestamp-millis."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "log"
        self.process = None
        timestamp = (f'avro_timestamp = "{time_field}"\n  avro_timestamp_format = "unix"'
                     if time_field else "")
        (self.folder / "telegraf.conf").write_text(CONFIGURATION.format(
            brokers='", "'.join(brokers.split(",")), registry_url=registry_url,
            influx_url=influx_url, topics=topics, group=group, timestamp=timestamp,
            flush_interval=flush_interval))

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "--strict-env-handling", "--config",
                                             self.folder / "telegraf.conf"],
                                            stdout=log, stderr=log, start_new_session=True)
        return self

    def complaints(self):
        """The lines of its log that are warnings or errors, other than of a slow InfluxDB."""
        return [line for line in self.log.read_text(errors="replace").splitlines()
                if (" E! " in line or " W! " in line) and "within its flush interval" not in line]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """It writes what it has, and leaves the group."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_SECONDS_MAX)
