#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quoth::server {

/// Keeps the same complaint of one peer from filling the log: it is told the first time, then at
/// the 2nd, 4th, 8th … time. One that was not heard for a while begins anew. Remembers so many
/// complaints at a time, and then forgets the one that was not heard for longest.
class RepeatFilter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t usual_room = 1024;
  static constexpr std::chrono::minutes memory{10};

  explicit RepeatFilter(std::size_t room = usual_room) : room_{room} {}

  /// @returns how often it was heard, this time included, if it is to be told now.
  [[nodiscard]] std::optional<std::uint64_t> hear(std::string_view complaint, Time now) {
    Entry& entry = entry_of(complaint);
    if (now - entry.heard > memory) entry.count = 0;
    entry.heard = now;
    ++entry.count;
    if ((entry.count & (entry.count - 1)) != 0) return std::nullopt;
    return entry.count;
  }

 private:
  struct Entry {
    std::string complaint;
    std::uint64_t count = 0;
    Time heard{};
  };

  /// Puts it in front, as the one that was heard last.
  Entry& entry_of(std::string_view complaint) {
    const auto found = places_.find(complaint);
    if (found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return entries_.front();
    }
    if (entries_.size() == room_) {
      places_.erase(entries_.back().complaint);
      entries_.pop_back();
    }
    entries_.push_front({.complaint = std::string{complaint}});
    places_.emplace(entries_.front().complaint, entries_.begin());
    return entries_.front();
  }

  std::size_t room_;
  std::list<Entry> entries_;
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_;
};

}  // namespace quoth::server
