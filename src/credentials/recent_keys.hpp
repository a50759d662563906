#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quoth::credentials {

/// What was seen lately, of whatever it is: as many as there is room for, each as long as it is
/// kept. Nothing can be read from it but whether a thing is there: it holds HMACs under a random
/// key. Any thread.
class RecentKeys {
 public:
  using Time = std::chrono::steady_clock::time_point;

  RecentKeys(std::size_t room, std::chrono::steady_clock::duration kept_for);

  /// Remembers `what` from now on; if there is no room, the one that was added or seen longest ago
  /// is forgotten.
  void add(std::string_view what, Time now);
  /// Whether it was added, not longer ago than it is kept.
  [[nodiscard]] bool contains(std::string_view what, Time now);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string digest;
    Time ends;
  };

  [[nodiscard]] std::string digest_of(std::string_view what) const;

  const std::size_t room_;
  const std::chrono::steady_clock::duration kept_for_;
  const std::string key_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // what was used last stands first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_;  // views of `entries_`
};

/// Texts as one key for RecentKeys: no two lists of texts give the same.
[[nodiscard]] std::string joined(std::initializer_list<std::string_view> texts);

}  // namespace quoth::credentials
