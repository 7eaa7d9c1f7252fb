// SPDX-License-Identifier: MIT
// A log with one hostile file. The first byte chooses which: the checkpoint, the write-ahead file
// or a segment file; the rest is its content, behind a right header, or with a right CRC, where
// nothing else would be reached. The log opens or refuses; what opened can be read and written.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "broker/batch_builder.h"
#include "broker/commit_log.h"
#include "broker/log/checkpoint_file.h"
#include "broker/log/wal_format.h"
#include "broker/testing/stepped_log.h"
#include "codec/checksum.h"
#include "system/memory_file_system.h"

namespace {

using efd::broker::CheckpointImage;

const std::string kSegment = "/log/t-0/00000000000000000000.log";
const std::string kWal = "/log/wal/00000000000000000001.wal";
const std::string kCheckpoint = "/log/checkpoint";

void write(efd::system::FileSystem& files, const std::string& path, std::string_view bytes) {
  auto file = files.open(path, efd::system::Open::create);
  EFD_CHECK(file && (*file)->write_at(0, bytes));
}

efd::Uuid log_id() {
  return *efd::Uuid::parse_hex("000102030405060708090a0b0c0d0e0f");
}

// A checkpoint of one topic with one partition, whose segment file has so many bytes.
std::string checkpoint_of(uint64_t segment_bytes) {
  CheckpointImage image;
  image.log_id = log_id();
  auto& topic = image.topics.emplace_back();
  topic.description = {efd::TopicName("t"), efd::TopicId(log_id()), 1, {}};
  auto& partition = topic.partitions.emplace_back();
  if (segment_bytes > 0) {
    partition.end = efd::Offset(100);
    partition.segments.push_back({0, 100, segment_bytes, 1000, 1, 1, 1});
  }
  return efd::broker::encode_checkpoint(image);
}

std::string with_right_crc(std::string_view body) {
  std::string bytes = "EFDCKPT2" + std::string(body);
  efd::ByteWriter(bytes).little<uint32_t>(efd::codec::crc32c(bytes));
  return bytes;
}

// With the write-ahead file that belongs to it.
void write_checkpoint(efd::system::FileSystem& files, const std::string& bytes) {
  write(files, kCheckpoint, bytes);
  auto image = efd::broker::decode_checkpoint(bytes);
  if (!image) return;
  write(files, "/log/wal/" + efd::broker::wal_file_name(image->wal_number),
        efd::broker::wal_file_header(image->log_id, image->wal_number));
}

void use(efd::broker::CommitLog& log) {
  for (const auto& topic : log.topics()) {
    auto partition = log.partition(topic.name, efd::Partition(0));
    auto state = log.state(*partition);
    auto fetched = log.read_cold(*partition, state.log_start, 1 << 16, efd::broker::See::appended);
    auto found = log.find_by_time(*partition, 1000);
    static_cast<void>(fetched);
    static_cast<void>(found);
    efd::broker::BatchBuilder builder;
    builder.add({1, "k", "v"});
    auto appended = log.append(*partition, *builder.finish({}), false);
    static_cast<void>(appended);
  }
  EFD_CHECK(log.commit_now());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
  efd::system::MemoryFileSystem files;
  EFD_CHECK(files.make_directories("/log/wal"));
  EFD_CHECK(files.make_directories("/log/t-0"));
  std::string wal_header = efd::broker::wal_file_header(log_id(), 1);
  switch (data[0] % 4) {
    case 0:
      write_checkpoint(files, content);
      break;
    case 1:
      write_checkpoint(files, with_right_crc(content));
      break;
    case 2:
      write(files, kCheckpoint, checkpoint_of(0));
      write(files, kWal, wal_header + content);
      break;
    default:
      write(files, kCheckpoint, checkpoint_of(content.size()));
      write(files, kWal, wal_header);
      write(files, kSegment, content);
  }
  efd::system::FakeClock clock(efd::UtcTime::from_ms(1'700'000'000'000));
  const auto options = efd::broker::stepped_log_options();
  auto log = efd::broker::CommitLog::open(files, clock, options);
  if (log) use(**log);
  return 0;
}
