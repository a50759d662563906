// Feeds any octets to the reader of date-times (RFC 3339): what it accepts has a form in UTC that
// names the same moment.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>

#include "mail/timestamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quoth::mail;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto time = parse_timestamp(text);
  if (!time) return 0;
  QUOTH_ASSERT(size >= std::string_view{"2014-04-03T23:01:00Z"}.size());
  // An offset can lead out of the years that have a form, by a day at most.
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(*time)};
  QUOTH_ASSERT(date.year() >= std::chrono::year{-1} && date.year() <= std::chrono::year{10000});
  if (date.year() < std::chrono::year{0} || date.year() > std::chrono::year{9999}) return 0;
  const std::string utc = timestamp(*time);
  QUOTH_ASSERT(utc.size() == std::string_view{"2014-04-03T23:01:00Z"}.size());
  QUOTH_ASSERT(parse_timestamp(utc) == time);
  // In UTC there is one form, but for fractions, leap seconds and lower-case letters.
  if (size == utc.size())
    QUOTH_ASSERT(text.substr(0, 10) == utc.substr(0, 10) || text.substr(17, 2) == "60");
  return 0;
}
