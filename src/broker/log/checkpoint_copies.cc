// SPDX-License-Identifier: MIT
#include "broker/log/checkpoint_copies.h"

#include <optional>

namespace efd::broker {
namespace {

struct Copy {
  std::string path;
  bool is_there = false;
  std::string bytes;
  std::optional<CheckpointImage> image;
  std::string damage;  // when there is no image
};

// A file that cannot be read is like one that is spoilt: the other one may be whole.
Copy read_copy(system::FileSystem& files, std::string path) {
  Copy copy{std::move(path), true, {}, {}, {}};
  auto bytes = system::read_file(files, copy.path, kCheckpointBytesMax);
  if (!bytes) {
    copy.is_there = bytes.error().code != ErrorCode::not_found;
    copy.damage = copy.is_there ? bytes.error().message : copy.path + ": the file is missing";
    return copy;
  }
  copy.bytes = std::move(*bytes);
  auto image = decode_checkpoint(copy.bytes);
  if (image) copy.image = std::move(*image);
  if (!image) copy.damage = copy.path + ": " + image.error().message;
  return copy;
}

tl::unexpected<Error> unreadable(const Copy& first, const Copy& second) {
  return fail(ErrorCode::give_up,
              "{}; {}; nothing else says which topics there are, so `efd log repair` cannot make "
              "them anew: restore one of the two from a copy of the folder, or move the log away "
              "to begin with an empty one (what the store has stays)",
              first.damage, second.damage);
}

}  // namespace

std::string checkpoint_path(const std::string& log_path) {
  return log_path + "/checkpoint";
}

std::string checkpoint_copy_path(const std::string& log_path) {
  return log_path + "/checkpoint.copy";
}

// The copy is written when the first one is durable, so it is never the newer one: unless somebody
// has put back an old file.
Result<StoredCheckpoint> read_checkpoint(system::FileSystem& files, const std::string& log_path) {
  Copy first = read_copy(files, checkpoint_path(log_path));
  Copy second = read_copy(files, checkpoint_copy_path(log_path));
  if (!first.is_there && !second.is_there) return fail(ErrorCode::not_found, "{}", first.damage);
  if (!first.image && !second.image) return unreadable(first, second);
  StoredCheckpoint stored;
  stored.is_twice = first.bytes == second.bytes;
  if (first.image && second.image && first.image->log_id != second.image->log_id)
    return fail(ErrorCode::give_up,
                "{} and {} are of two logs: remove the one that is not this one's", first.path,
                second.path);
  bool takes_first =
      first.image && (!second.image || first.image->wal_number >= second.image->wal_number);
  if (!first.image) stored.damage = first.damage;
  if (first.image && !takes_first) stored.damage = first.path + ": older than its copy";
  if (!second.image && second.is_there) stored.damage = second.damage;
  Copy& taken = takes_first ? first : second;
  stored.bytes = std::move(taken.bytes);
  stored.image = std::move(*taken.image);
  return stored;
}

Result<> put_checkpoint(system::FileSystem& files, const std::string& log_path,
                        std::string_view bytes) {
  EFD_TRY(system::replace_file(files, checkpoint_path(log_path), bytes));
  return system::replace_file(files, checkpoint_copy_path(log_path), bytes);
}

}  // namespace efd::broker
