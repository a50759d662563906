#include "bench/limit/dialogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace limit {
namespace {

constexpr std::string_view end_of_text = "\r\n.\r\n";
constexpr std::string_view done = "250 2.0.0 Done\r\n";
constexpr std::string_view hello =
    "250-limit.example.test\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n"
    "250 CHUNKING\r\n";
constexpr std::string_view hello_with_tls =
    "250-limit.example.test\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n"
    "250-STARTTLS\r\n250 CHUNKING\r\n";

/// Where the first end of a text in `octets` is over; none if it has none.
std::size_t end_in(std::string_view octets) {
  const void* found =
      ::memmem(octets.data(), octets.size(), end_of_text.data(), end_of_text.size());
  if (found == nullptr) return EndOfText::none;
  const auto at = static_cast<const char*>(found) - octets.data();
  return static_cast<std::size_t>(at) + end_of_text.size();
}

}  // namespace

std::size_t EndOfText::find(std::string_view piece) {
  std::array<char, 2 * most> seam{};
  auto* const middle = std::copy_n(last_.begin(), kept_, seam.begin());
  const std::size_t begin = std::min(piece.size(), most);
  std::copy_n(piece.begin(), begin, middle);
  std::size_t end = end_in({seam.data(), kept_ + begin});
  // What was kept is too short to hold an end, so that this one reaches into the piece.
  if (end != none) return end - kept_;
  end = end_in(piece);
  if (end == none) remember(piece);
  return end;
}

void EndOfText::remember(std::string_view piece) {
  const std::size_t fresh = std::min(piece.size(), most);
  const std::size_t old = std::min(kept_, most - fresh);
  std::copy(last_.begin() + static_cast<std::ptrdiff_t>(kept_ - old),
            last_.begin() + static_cast<std::ptrdiff_t>(kept_), last_.begin());
  std::copy_n(piece.end() - static_cast<std::ptrdiff_t>(fresh), fresh,
              last_.begin() + static_cast<std::ptrdiff_t>(old));
  kept_ = old + fresh;
}

Dialogue::Then Dialogue::take(std::string_view input, std::string& replies) {
  Then then = Then::read_on;
  while (!input.empty() && then == Then::read_on) {
    std::size_t used = 0;
    switch (expects_) {
      case Expects::command: used = take_command(input, replies, then); break;
      case Expects::text: used = take_text(input, replies); break;
      case Expects::chunk: used = take_chunk(input, replies); break;
    }
    input.remove_prefix(used);
  }
  return then;
}

std::size_t Dialogue::take_command(std::string_view input, std::string& replies, Then& then) {
  const std::size_t line_end = input.find('\n');
  if (line_end == std::string_view::npos) {
    begun_ += input;
    return input.size();
  }
  const std::string_view line = input.substr(0, line_end);
  if (begun_.empty()) {
    then = answer(line, replies);
  } else {
    begun_ += line;
    then = answer(begun_, replies);
    begun_.clear();
  }
  return line_end + 1;
}

std::size_t Dialogue::take_text(std::string_view input, std::string& replies) {
  const std::size_t end = end_.find(input);
  if (end == EndOfText::none) return input.size();
  replies += done;
  expects_ = Expects::command;
  return end;
}

std::size_t Dialogue::take_chunk(std::string_view input, std::string& replies) {
  const std::size_t part = std::min(chunk_left_, input.size());
  chunk_left_ -= part;
  if (chunk_left_ == 0) {
    replies += done;
    expects_ = Expects::command;
  }
  return part;
}

Dialogue::Then Dialogue::answer(std::string_view command, std::string& replies) {
  switch (command.empty() ? '\0' : command.front()) {
    case 'E':
    case 'e': replies += offers_tls_ ? hello_with_tls : hello; break;
    case 'D':
    case 'd':
      replies += "354 Go on\r\n";
      end_ = EndOfText{};
      expects_ = Expects::text;
      break;
    case 'B':
    case 'b': begin_chunk(command, replies); break;
    case 'S':
    case 's': replies += "220 2.0.0 Ready\r\n"; return Then::start_tls;
    case 'Q':
    case 'q': replies += "221 2.0.0 Bye\r\n"; return Then::close;
    default: replies += "250 2.1.0 Yes\r\n";
  }
  return Then::read_on;
}

void Dialogue::begin_chunk(std::string_view command, std::string& replies) {
  constexpr std::size_t name_length = std::string_view{"BDAT "}.size();
  chunk_left_ = 0;
  if (command.size() > name_length) {
    std::from_chars(command.data() + name_length, command.data() + command.size(), chunk_left_);
  }
  if (chunk_left_ == 0) {
    replies += done;  // an empty chunk, as `BDAT 0 LAST` is
  } else {
    expects_ = Expects::chunk;
  }
}

}  // namespace limit
