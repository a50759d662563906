#include "support/recorder.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quoth::support {
namespace {

constexpr std::chrono::seconds patience{20};

struct Writer {
  std::string operator()(std::string_view text) const { return std::string{text}; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return std::to_string(number); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(std::span<const std::string_view> list) const {
    std::string result = "[";
    for (const std::string_view text : list) {
      if (result.size() > 1) result += ',';
      result += text;
    }
    return result + ']';
  }
};

}  // namespace

void Recorder::add(std::string what) {
  {
    const std::lock_guard lock{mutex_};
    entries_.push_back(std::move(what));
  }
  changed_.notify_all();
}

std::vector<std::string> Recorder::all() const {
  const std::lock_guard lock{mutex_};
  return entries_;
}

std::size_t Recorder::count(const std::string& what) const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(std::ranges::count(entries_, what));
}

bool Recorder::wait_for(const std::string& what) const {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience,
                           [&] { return std::ranges::find(entries_, what) != entries_.end(); });
}

std::string Recorder::wait_for_part(const std::string& part) const {
  std::string found;
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience, [&] {
    const auto entry = std::ranges::find_if(
        entries_, [&](const std::string& e) { return e.find(part) != std::string::npos; });
    if (entry == entries_.end()) return false;
    found = *entry;
    return true;
  });
  return found;
}

bool LogRecorder::wants(LogLevel /*level*/) const noexcept { return true; }

void LogRecorder::write(LogLevel level, LogEvent event, std::span<const LogField> fields) noexcept {
  std::string line{log_level_name(level)};
  line.append(" ").append(log_event_name(event));
  for (const LogField& field : fields) {
    line.append(" ").append(field.key).append("=").append(std::visit(Writer{}, field.value));
  }
  add(std::move(line));
}

}  // namespace quoth::support
