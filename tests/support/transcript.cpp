#include "support/transcript.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/transcript_parser.hpp"

namespace quoth::test {
namespace {

unsigned number(std::string_view digits, int base) {
  unsigned value = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || stop != digits.data() + digits.size()) {
    throw std::runtime_error{"no number: " + std::string{digits}};
  }
  return value;
}

/// Reads what stands behind "\\{", and drops it with its "}".
std::string repeated(std::string_view& text) {
  const std::size_t end = text.find('}');
  const std::size_t space = text.find(' ');
  if (end == std::string_view::npos || space >= end) throw std::runtime_error{"no \\{20 text}"};
  std::string result;
  const unsigned count = number(text.substr(0, space), 10);
  for (unsigned i = 0; i < count; ++i) result += text.substr(space + 1, end - space - 1);
  text.remove_prefix(end + 1);
  return result;
}

/// `text` with what is to be repeated written out; its other escapes stay.
std::string with_repetitions(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool is_escape = text.front() == '\\';
    const std::string_view head = text.substr(0, is_escape ? 2 : 1);
    text.remove_prefix(head.size());
    result += head == "\\{" ? repeated(text) : std::string{head};
  }
  return result;
}

/// Reads the escape at the beginning of `text`, behind its backslash, and drops it.
char escaped(std::string_view& text) {
  const char kind = text.empty() ? ' ' : text.front();
  text.remove_prefix(text.empty() ? 0 : 1);
  switch (kind) {
    case 'r': return '\r';
    case 'n': return '\n';
    case 't': return '\t';
    case '0': return '\0';
    case '\\': return '\\';
    case 'x': {
      const std::string_view digits = text.substr(0, 2);
      text.remove_prefix(digits.size());
      return static_cast<char>(number(digits, 16));
    }
    default: throw std::runtime_error{"no escape"};
  }
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  switch (c) {
    case '\r': out += "\\r"; break;
    case '\n': out += "\\n"; break;
    case '\0': out += "\\0"; break;
    case '\\': out += "\\\\"; break;
    default:
      if (octet >= 0x20 && octet < 0x7f) {
        out += c;
      } else {
        out.append("\\x").append(1, digits[octet / 16U]).append(1, digits[octet % 16U]);
      }
  }
}

/// Whether the octets of a line, which all are to be seen, need no escapes.
bool is_plain(std::string_view line) noexcept {
  const auto is_shown = [](char c) { return c >= ' ' && c < '\x7f' && c != '\\'; };
  return std::ranges::all_of(line, is_shown) && !line.ends_with(' ');
}

}  // namespace

std::string Transcript::client() const {
  std::string octets;
  for (const Exchange& exchange : exchanges) octets += exchange.client;
  return octets;
}

std::string Transcript::server() const {
  std::string octets;
  for (const Exchange& exchange : exchanges) octets += exchange.server;
  return octets;
}

std::string unescape(std::string_view text) {
  const std::string all = with_repetitions(text);
  text = all;
  std::string octets;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    octets += c == '\\' ? escaped(text) : c;
  }
  return octets;
}

std::string as_lines(char speaker, std::string_view octets) {
  std::string lines;
  while (!octets.empty()) {
    const std::size_t end = octets.find("\r\n");
    const bool has_end = end != std::string_view::npos;
    const std::string_view text = octets.substr(0, end);
    lines += speaker;
    if (has_end && is_plain(text)) {
      lines.append(text.empty() ? ":" : ": ").append(text);
    } else {
      lines += "! ";
      for (const char c : octets.substr(0, has_end ? end + 2 : end)) append_escaped(lines, c);
    }
    lines += '\n';
    octets.remove_prefix(has_end ? end + 2 : octets.size());
  }
  return lines;
}

std::string_view word(smtp::State state) noexcept {
  switch (state) {
    case smtp::State::connected: return "connected";
    case smtp::State::greeted: return "greeted";
    case smtp::State::mail: return "mail";
    case smtp::State::rcpt: return "rcpt";
    case smtp::State::body: return "body";
    case smtp::State::chunks: return "chunks";
    case smtp::State::exchange: return "exchange";
    case smtp::State::securing: return "securing";
    case smtp::State::refused: return "refused";
    case smtp::State::finished: return "closed";
  }
  return "?";
}

std::vector<Transcript> parse_transcripts(std::string_view name, std::string_view text) {
  TranscriptParser parser{name};
  std::size_t line_number = 0;
  try {
    while (!text.empty()) {
      ++line_number;
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      parser.line(line);
    }
    return parser.finish();
  } catch (const std::exception& error) {
    throw std::runtime_error{std::string{name} + ':' + std::to_string(line_number) + ": " +
                             error.what()};
  }
}

std::vector<Transcript> read_transcripts(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{"cannot read " + file.string()};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  return parse_transcripts(file.filename().string(), text);
}

}  // namespace quoth::test
