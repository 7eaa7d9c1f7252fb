// SPDX-License-Identifier: MIT
// The store's lock: puts share it, cuts and views take it alone for a moment. It prefers the
// exclusive side (std::shared_mutex of glibc does not), so that a stream of puts starves nobody.
// Not recursive on either side.
#pragma once

#include <pthread.h>

namespace efd::store {

// Meets the requirements of std::unique_lock and std::shared_lock.
class CutLock {
 public:
  CutLock() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~CutLock() { pthread_rwlock_destroy(&lock_); }
  CutLock(const CutLock&) = delete;
  CutLock& operator=(const CutLock&) = delete;

  void lock() { pthread_rwlock_wrlock(&lock_); }
  void unlock() { pthread_rwlock_unlock(&lock_); }
  void lock_shared() { pthread_rwlock_rdlock(&lock_); }
  void unlock_shared() { pthread_rwlock_unlock(&lock_); }

 private:
  pthread_rwlock_t lock_;
};

}  // namespace efd::store
