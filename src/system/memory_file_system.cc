// SPDX-License-Identifier: MIT
#include "system/memory_file_system.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <set>
#include <utility>

namespace efd::system {
namespace {

// A write at `offset`, or, with `truncates`, a change of size to `offset`.
struct Change {
  uint64_t offset = 0;
  std::string bytes;
  bool truncates = false;
};

void carry_out(const Change& change, std::string& content) {
  if (change.truncates) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + change.bytes.size())
    content.resize(change.offset + change.bytes.size());
  std::memcpy(content.data() + change.offset, change.bytes.data(), change.bytes.size());
}

struct Node {
  bool is_directory = false;
  std::string content;          // what readers see
  std::string durable;          // what a power cut leaves for certain
  std::vector<Change> pending;  // between the two, in order
  bool is_given_up = false;     // a sync failed
};
using NodePointer = std::shared_ptr<Node>;
using Names = std::map<std::string, NodePointer>;

// One change of a folder: `removes` goes, `adds` (when not empty) comes, both or neither.
struct EntryChange {
  std::string removes;
  std::string adds;
  NodePointer node;
};

void carry_out(const EntryChange& change, Names& names) {
  if (!change.removes.empty()) names.erase(change.removes);
  if (!change.adds.empty()) names[change.adds] = change.node;
}

tl::unexpected<Error> sync_failed(const std::string& path, ErrorCode code) {
  return fail(code, "{}: cannot sync: {}", path,
              code == ErrorCode::overload ? "No space left on device" : "Input/output error");
}

tl::unexpected<Error> no_power(const std::string& path) {
  return fail(ErrorCode::give_up, "{}: the power is off", path);
}

}  // namespace

struct MemoryFileSystem::Disk {
  mutable std::mutex mutex;
  Names names;
  Names durable_names;
  std::map<std::string, std::vector<EntryChange>> pending;  // by folder
  std::set<std::string> locks;
  uint64_t epoch = 0;  // counts power cuts; handles of an older one are dead
  uint64_t changes = 0;
  std::optional<uint64_t> power_fails_at;
  bool power = true;
  uint64_t capacity_bytes = UINT64_MAX;
  std::string failing_syncs;
  std::vector<SyncFailure> sync_failures;
  uint64_t uses_of_given_up_files = 0;
  std::string ignored_syncs;

  // Counts a change; true when the power fails at it.
  bool power_fails_now() {
    ++changes;
    if (power_fails_at && changes >= *power_fails_at) power = false;
    return !power;
  }

  uint64_t used_bytes() const {
    uint64_t used = 0;
    for (const auto& [path, node] : names) used += node->content.size();
    return used;
  }

  static bool matches(const std::string& path, const std::string& part) {
    return !part.empty() && (path + "$").find(part) != std::string::npos;
  }

  // The failure that is due at this sync, if one is.
  std::optional<SyncFailure> failure_of_sync(const std::string& path) {
    for (auto failure = sync_failures.begin(); failure != sync_failures.end(); ++failure) {
      if (!matches(path, failure->part)) continue;
      if (failure->after > 0) {
        --failure->after;
        continue;
      }
      SyncFailure due = std::move(*failure);
      sync_failures.erase(failure);
      return due;
    }
    if (matches(path, failing_syncs)) return SyncFailure{failing_syncs, ErrorCode::give_up};
    return std::nullopt;
  }

  Result<> change_entry(const std::string& folder, EntryChange change) {
    if (!power) return no_power(folder);
    bool last = power_fails_now();
    carry_out(change, names);
    pending[folder].push_back(std::move(change));
    if (last) return no_power(folder);
    return {};
  }

  NodePointer find(const std::string& path) const {
    auto found = names.find(path);
    return found == names.end() ? nullptr : found->second;
  }
};

class MemoryFileSystem::Handle : public File {
 public:
  Handle(std::shared_ptr<Disk> disk, NodePointer node, std::string path)
      : disk_(std::move(disk)), node_(std::move(node)), path_(std::move(path)) {
    epoch_ = disk_->epoch;
  }

  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const override {
    std::lock_guard lock(disk_->mutex);
    if (dead()) return no_power(path_);
    if (offset >= node_->content.size()) return size_t{0};
    size_t n = std::min<size_t>(size, node_->content.size() - offset);
    std::memcpy(to, node_->content.data() + offset, n);
    return n;
  }

  Result<> write_at(uint64_t offset, std::span<const std::string_view> parts) override {
    std::lock_guard lock(disk_->mutex);
    Change change{offset, {}, false};
    for (std::string_view part : parts) change.bytes.append(part);
    if (dead()) return no_power(path_);
    uint64_t end = offset + change.bytes.size();
    uint64_t growth = end > node_->content.size() ? end - node_->content.size() : 0;
    if (growth && disk_->used_bytes() + growth > disk_->capacity_bytes)
      return fail(ErrorCode::overload, "{}: cannot write: No space left on device", path_);
    return record(std::move(change));
  }

  Result<> truncate(uint64_t size) override {
    std::lock_guard lock(disk_->mutex);
    if (dead()) return no_power(path_);
    return record(Change{size, {}, true});
  }

  Result<> sync() override {
    std::lock_guard lock(disk_->mutex);
    if (dead() || disk_->power_fails_now()) return no_power(path_);
    disk_->uses_of_given_up_files += node_->is_given_up;
    if (auto failure = disk_->failure_of_sync(path_)) {
      node_->is_given_up = true;
      if (failure->drops_pages) drop_pages();
      return sync_failed(path_, failure->code);
    }
    if (Disk::matches(path_, disk_->ignored_syncs)) return {};
    node_->durable = node_->content;
    node_->pending.clear();
    return {};
  }

  Result<uint64_t> size() const override {
    std::lock_guard lock(disk_->mutex);
    if (dead()) return no_power(path_);
    return node_->content.size();
  }

 private:
  bool dead() const { return !disk_->power || epoch_ != disk_->epoch; }

  void drop_pages() {
    uint64_t size = node_->content.size();
    node_->content = node_->durable;
    node_->content.resize(size);
    node_->pending.assign(1, Change{size, {}, true});
  }

  Result<> record(Change change) {
    bool last = disk_->power_fails_now();
    disk_->uses_of_given_up_files += node_->is_given_up;
    carry_out(change, node_->content);
    node_->pending.push_back(std::move(change));
    if (last) return no_power(path_);
    return {};
  }

  std::shared_ptr<Disk> disk_;
  NodePointer node_;
  std::string path_;
  uint64_t epoch_;
};

MemoryFileSystem::MemoryFileSystem() : disk_(std::make_shared<Disk>()) {}
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::unique_ptr<File>> MemoryFileSystem::open(const std::string& path, Open how) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  NodePointer node = disk_->find(path);
  if (node && node->is_directory) return fail(ErrorCode::give_up, "{}: is a folder", path);
  if (node && how == Open::create_new) return fail(ErrorCode::conflict, "{}: exists", path);
  if (!node) {
    if (how == Open::read || how == Open::write)
      return fail(ErrorCode::not_found, "{}: cannot open: No such file or directory", path);
    if (!disk_->find(parent_path(path)))
      return fail(ErrorCode::not_found, "{}: cannot open: its folder does not exist", path);
    node = std::make_shared<Node>();
    EFD_TRY(disk_->change_entry(parent_path(path), {"", path, node}));
  }
  return std::make_unique<Handle>(disk_, node, path);
}

Result<> MemoryFileSystem::make_directories(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  for (std::string folder = path; !disk_->find(folder); folder = parent_path(folder)) {
    auto node = std::make_shared<Node>();
    node->is_directory = true;
    disk_->names[folder] = node;
    disk_->durable_names[folder] = node;
    if (folder == "/" || folder == ".") break;
  }
  if (!disk_->find(path)->is_directory)
    return fail(ErrorCode::conflict, "{}: is not a folder", path);
  return {};
}

Result<> MemoryFileSystem::make_directory(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  if (NodePointer there = disk_->find(path)) {
    if (there->is_directory) return {};
    return fail(ErrorCode::conflict, "{}: is not a folder", path);
  }
  if (!disk_->find(parent_path(path)))
    return fail(ErrorCode::not_found, "{}: cannot make folder: its parent does not exist", path);
  auto node = std::make_shared<Node>();
  node->is_directory = true;
  return disk_->change_entry(parent_path(path), {"", path, node});
}

Result<std::vector<DirectoryEntry>> MemoryFileSystem::list(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  NodePointer node = disk_->find(path);
  if (!node || !node->is_directory) return fail(ErrorCode::not_found, "{}: no such folder", path);
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, child] : disk_->names)
    if (name != path && parent_path(name) == path)
      entries.push_back({name.substr(name.rfind('/') + 1), child->is_directory});
  return entries;
}

Result<bool> MemoryFileSystem::exists(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  return disk_->find(path) != nullptr;
}

Result<> MemoryFileSystem::remove(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->find(path))
    return fail(ErrorCode::not_found, "{}: cannot remove: No such file or directory", path);
  std::string below = path + "/";
  auto child = disk_->names.lower_bound(below);
  if (child != disk_->names.end() && child->first.starts_with(below))
    return fail(ErrorCode::conflict, "{}: cannot remove: Directory not empty", path);
  return disk_->change_entry(parent_path(path), {path, "", nullptr});
}

Result<> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(disk_->mutex);
  NodePointer node = disk_->find(from);
  if (!node) return fail(ErrorCode::not_found, "{}: cannot rename: No such file", from);
  if (!node->is_directory) return disk_->change_entry(parent_path(to), {from, to, node});
  // A folder moves with all below it; its files keep their own pending changes.
  std::vector<std::pair<std::string, NodePointer>> inside;
  for (const auto& [name, child] : disk_->names)
    if (name.starts_with(from + "/")) inside.emplace_back(name, child);
  EFD_TRY(disk_->change_entry(parent_path(to), {from, to, node}));
  for (const auto& [name, child] : inside)
    EFD_TRY(disk_->change_entry(parent_path(to), {name, to + name.substr(from.size()), child}));
  return {};
}

Result<> MemoryFileSystem::sync_directory(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power || disk_->power_fails_now()) return no_power(path);
  if (auto failure = disk_->failure_of_sync(path)) {
    if (failure->drops_pages) disk_->pending.erase(path);
    return sync_failed(path, failure->code);
  }
  if (Disk::matches(path, disk_->ignored_syncs)) return {};
  for (const EntryChange& change : disk_->pending[path]) carry_out(change, disk_->durable_names);
  disk_->pending.erase(path);
  return {};
}

Result<DiskSpace> MemoryFileSystem::space(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  uint64_t total = std::min<uint64_t>(disk_->capacity_bytes, 1ULL << 40);
  uint64_t used = disk_->used_bytes();
  return DiskSpace{total > used ? total - used : 0, total};
}

namespace {
class MemoryLock : public DirectoryLock {
 public:
  explicit MemoryLock(std::function<void()> release) : release_(std::move(release)) {}
  ~MemoryLock() override { release_(); }

 private:
  std::function<void()> release_;
};
}  // namespace

Result<std::unique_ptr<DirectoryLock>> MemoryFileSystem::lock_directory(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->power) return no_power(path);
  if (!disk_->locks.insert(path).second)
    return fail(ErrorCode::conflict, "{} is in use by another process", path);
  return std::make_unique<MemoryLock>([disk = disk_, path, epoch = disk_->epoch] {
    std::lock_guard lock(disk->mutex);
    if (disk->epoch == epoch) disk->locks.erase(path);
  });
}

void MemoryFileSystem::cut_power_after(uint64_t changes) {
  std::lock_guard lock(disk_->mutex);
  disk_->power_fails_at = disk_->changes + changes;
}

bool MemoryFileSystem::has_power() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->power;
}

uint64_t MemoryFileSystem::changes() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->changes;
}

void MemoryFileSystem::restore_power(uint64_t seed) {
  std::lock_guard lock(disk_->mutex);
  std::mt19937_64 random(seed);
  for (const auto& [folder, changes] : disk_->pending)
    for (const EntryChange& change : changes)
      if (random() % 2) carry_out(change, disk_->durable_names);
  for (auto& [path, node] : disk_->durable_names) {
    node->content = node->durable;
    for (Change& change : node->pending) {
      uint64_t fate = random() % 3;
      if (fate == 0) continue;
      if (fate == 1 && !change.truncates) change.bytes.resize(random() % (change.bytes.size() + 1));
      carry_out(change, node->content);
    }
    node->pending.clear();
    node->is_given_up = false;
    node->durable = node->content;
  }
  disk_->names = disk_->durable_names;
  disk_->pending.clear();
  disk_->locks.clear();
  disk_->power_fails_at.reset();
  disk_->power = true;
  ++disk_->epoch;
}

void MemoryFileSystem::set_capacity_bytes(uint64_t bytes) {
  std::lock_guard lock(disk_->mutex);
  disk_->capacity_bytes = bytes;
}

void MemoryFileSystem::fail_syncs_of(std::string part) {
  std::lock_guard lock(disk_->mutex);
  disk_->failing_syncs = std::move(part);
}

void MemoryFileSystem::fail_sync_once(SyncFailure failure) {
  std::lock_guard lock(disk_->mutex);
  disk_->sync_failures.push_back(std::move(failure));
}

size_t MemoryFileSystem::sync_failures_left() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->sync_failures.size();
}

uint64_t MemoryFileSystem::uses_of_given_up_files() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->uses_of_given_up_files;
}

void MemoryFileSystem::ignore_syncs_of(std::string part) {
  std::lock_guard lock(disk_->mutex);
  disk_->ignored_syncs = std::move(part);
}

}  // namespace efd::system
