#include "bench/process_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace quoth::bench {
namespace {

template <class Number>
std::optional<Number> to_number(std::string_view text) noexcept {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The next word, taken off the front.
std::string_view take_word(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \t\n"));
  text.remove_prefix(word.size());
  return word;
}

/// Empty: it is not there, or not for us.
std::string contents(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The number of the line "key:   123 kB".
std::optional<std::uint64_t> kib_of(std::string_view text, std::string_view key) noexcept {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    return to_number<std::uint64_t>(take_word(line));
  }
  return std::nullopt;
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) noexcept {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);
  const std::string_view state = take_word(text);
  const auto parent = to_number<int>(take_word(text));
  if (state.size() != 1 || !parent) return std::nullopt;
  for (int field = 5; field < 14; ++field) take_word(text);
  std::uint64_t ticks[4]{};  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5)
  for (std::uint64_t& each : ticks) {
    const auto number = to_number<std::uint64_t>(take_word(text));
    if (!number) return std::nullopt;
    each = *number;
  }
  return ProcessStat{*parent, state[0], ticks[0] + ticks[2], ticks[1] + ticks[3]};
}

ProcessTree::ProcessTree(int pid, Root root, std::filesystem::path proc)
    : ProcessTree{pid, root, std::move(proc), ::sysconf(_SC_CLK_TCK)} {}

ProcessTree::ProcessTree(int pid, Root root, std::filesystem::path proc, long ticks_per_second)
    : pid_{pid}, root_{root}, proc_{std::move(proc)}, ticks_per_second_{ticks_per_second} {}

std::map<int, ProcessStat> ProcessTree::members() const {
  std::map<int, ProcessStat> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{proc_, ignored}) {
    const auto pid = to_number<int>(entry.path().filename().native());
    if (!pid) continue;
    if (const auto stat = parse_stat(contents(entry.path() / "stat"))) all.emplace(*pid, *stat);
  }
  std::map<int, ProcessStat> result;
  std::vector<int> generation{pid_};
  if (root_ == Root::included && all.contains(pid_)) result.emplace(pid_, all.at(pid_));
  while (!generation.empty()) {
    std::vector<int> next;
    for (const auto& [pid, stat] : all) {
      if (std::ranges::find(generation, stat.parent) == generation.end()) continue;
      if (result.emplace(pid, stat).second) next.push_back(pid);
    }
    generation = std::move(next);
  }
  return result;
}

CpuTime ProcessTree::cpu_time() const {
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  for (const auto& [pid, stat] : members()) {
    user += stat.user_ticks;
    system += stat.system_ticks;
  }
  const auto to_time = [this](std::uint64_t ticks) {
    const auto per_second = static_cast<std::uint64_t>(ticks_per_second_);
    return std::chrono::microseconds{ticks * 1'000'000 / per_second};
  };
  return {to_time(user), to_time(system)};
}

std::optional<std::uint64_t> ProcessTree::memory_kib() const {
  std::optional<std::uint64_t> sum;
  for (const int pid : running()) {
    const std::filesystem::path folder = proc_ / std::to_string(pid);
    auto kib = kib_of(contents(folder / "smaps_rollup"), "Pss:");
    if (!kib) kib = kib_of(contents(folder / "status"), "VmRSS:");
    if (kib) sum = sum.value_or(0) + *kib;
  }
  return sum;
}

std::vector<int> ProcessTree::running() const {
  std::vector<int> result;
  for (const auto& [pid, stat] : members()) {
    if (stat.state != 'Z' && stat.state != 'X') result.push_back(pid);
  }
  return result;
}

}  // namespace quoth::bench
