#include "credentials/recent_keys.hpp"

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace quoth::credentials {

RecentKeys::RecentKeys(std::size_t room, std::chrono::steady_clock::duration kept_for)
    : room_{room},
      kept_for_{kept_for},
      key_{crypto::random_octets(crypto::digest_bytes(crypto::Hash::sha256))} {}

std::string RecentKeys::digest_of(std::string_view what) const {
  return crypto::hmac(crypto::Hash::sha256, key_, what);
}

void RecentKeys::add(std::string_view what, Time now) {
  if (room_ == 0) return;
  std::string digest = digest_of(what);
  const std::lock_guard lock{mutex_};
  if (const auto place = places_.find(digest); place != places_.end()) {
    place->second->ends = now + kept_for_;
    entries_.splice(entries_.begin(), entries_, place->second);
    return;
  }
  if (entries_.size() >= room_) {
    places_.erase(entries_.back().digest);
    entries_.pop_back();
  }
  entries_.push_front({std::move(digest), now + kept_for_});
  places_.emplace(entries_.front().digest, entries_.begin());
}

bool RecentKeys::contains(std::string_view what, Time now) {
  const std::string digest = digest_of(what);
  const std::lock_guard lock{mutex_};
  const auto place = places_.find(digest);
  if (place == places_.end()) return false;
  const auto entry = place->second;
  if (entry->ends <= now) {
    places_.erase(place);
    entries_.erase(entry);
    return false;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return true;
}

std::size_t RecentKeys::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

std::string joined(std::initializer_list<std::string_view> texts) {
  std::string result;
  for (const std::string_view text : texts) {
    result += fmt::format("{}:", text.size());
    result += text;
  }
  return result;
}

}  // namespace quoth::credentials
