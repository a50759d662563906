#include "delivery/maildir/file_name.hpp"

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>

#include <unistd.h>

namespace quoth::delivery::maildir {
namespace {

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
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  return std::to_string(now / 1000000) + ".M" + std::to_string(now % 1000000) + 'P' +
         std::to_string(::getpid()) + 'Q' + std::to_string(++counter) + '.' + host_part(hostname);
}

std::optional<pid_t> maker_of(std::string_view name, std::string_view hostname) {
  std::int64_t number = 0;
  pid_t pid = 0;
  const bool ours = take(name, "", number) && take(name, ".M", number) && take(name, "P", pid) &&
                    take(name, "Q", number) && name.starts_with('.') &&
                    name.substr(1) == host_part(hostname);
  if (!ours) return std::nullopt;
  return pid;
}

}  // namespace quoth::delivery::maildir
