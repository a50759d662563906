#include "delivery/maildir/file_name.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace quoth::delivery::maildir {
namespace {

std::int64_t microseconds_now() noexcept {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
}

// The end of the year 9999: anybody may write a name that looks like ours.
constexpr std::int64_t last_second = 253402300799;

// Before any name of this process.
const std::int64_t process_start = microseconds_now();

std::string host_part(std::string_view hostname) {
  std::string result;
  for (const char c : hostname) {
    if (c == '/') {
      result += "\\057";
    } else if (c == ':') {
      result += "\\072";
    } else {
      result += c;
    }
  }
  return result;
}

template <class Number>
bool take(std::string_view& text, std::string_view lead, Number& number) noexcept {
  if (!text.starts_with(lead)) return false;
  text.remove_prefix(lead.size());
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return error == std::errc{};
}

}  // namespace

std::string unique_name(std::string_view hostname) {
  // Unique needs the process, not the clock: this counter is what no restart of a server sees again
  // within one microsecond.
  static std::atomic<std::uint64_t> counter{0};
  const std::int64_t now = microseconds_now();
  return std::to_string(now / 1000000) + ".M" + std::to_string(now % 1000000) + 'P' +
         std::to_string(::getpid()) + 'Q' + std::to_string(++counter) + '.' + host_part(hostname);
}

std::optional<Maker> maker_of(std::string_view name, std::string_view hostname) {
  Maker maker{};
  std::int64_t seconds = 0;
  std::int64_t number = 0;
  const bool ours = take(name, "", seconds) && take(name, ".M", maker.microseconds) &&
                    take(name, "P", maker.process) && take(name, "Q", number) &&
                    name.starts_with('.') && name.substr(1) == host_part(hostname);
  const bool is_possible = seconds >= 0 && seconds <= last_second && maker.microseconds >= 0 &&
                           maker.microseconds < 1000000 && maker.process > 0;
  if (!ours || !is_possible) return std::nullopt;
  maker.microseconds += seconds * 1000000;
  return maker;
}

bool is_orphan(const Maker& maker) noexcept {
  if (maker.process == ::getpid()) return maker.microseconds < process_start;
  return ::kill(maker.process, 0) < 0 && errno == ESRCH;
}

}  // namespace quoth::delivery::maildir
