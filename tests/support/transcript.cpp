#include "support/transcript.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

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

/// Reads what stands behind "\{", and drops it with its "}".
std::string repeated(std::string_view& text) {
  const std::size_t end = text.find('}');
  const std::size_t space = text.find(' ');
  if (end == std::string_view::npos || space >= end) throw std::runtime_error{"no \\{20 text}"};
  std::string octets;
  const unsigned count = number(text.substr(0, space), 10);
  for (unsigned i = 0; i < count; ++i) octets += text.substr(space + 1, end - space - 1);
  text.remove_prefix(end + 1);
  return octets;
}

/// Reads the escape at the beginning of `text`, behind its backslash, and drops it.
std::string escaped(std::string_view& text) {
  const char kind = text.empty() ? ' ' : text.front();
  text.remove_prefix(text.empty() ? 0 : 1);
  switch (kind) {
    case 'r': return "\r";
    case 'n': return "\n";
    case 't': return "\t";
    case '0': return std::string(1, '\0');
    case '\\': return "\\";
    case '{': return repeated(text);
    case 'x': {
      const std::string_view digits = text.substr(0, 2);
      text.remove_prefix(digits.size());
      return std::string(1, static_cast<char>(number(digits, 16)));
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

bool is_plain(std::string_view line) noexcept {
  return line.find_first_not_of(" \t") == std::string_view::npos
             ? line.empty()
             : !line.ends_with(' ') && line.find('\\') == std::string_view::npos &&
                   std::string_view{line}.find_first_of(std::string_view{"\r\n\0\t", 4}) ==
                       std::string_view::npos;
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
  std::string octets;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    octets += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    text.remove_prefix(1);
    octets += escaped(text);
  }
  return octets;
}

std::string as_lines(char speaker, std::string_view octets) {
  std::string lines;
  while (!octets.empty()) {
    const std::size_t end = octets.find("\r\n");
    const std::string_view line =
        octets.substr(0, end == std::string_view::npos ? octets.size() : end + 2);
    octets.remove_prefix(line.size());
    const std::string_view text = line.substr(0, end == std::string_view::npos ? end : end);
    lines += speaker;
    if (end != std::string_view::npos && is_plain(text)) {
      lines.append(text.empty() ? ":" : ": ").append(text);
    } else {
      lines += "! ";
      for (const char c : line) append_escaped(lines, c);
    }
    lines += '\n';
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
    std::ostringstream where;
    where << name << ':' << line_number << ": " << error.what();
    throw std::runtime_error{where.str()};
  }
}

std::vector<Transcript> read_transcripts(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{"cannot read " + file.string()};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  return parse_transcripts(file.filename().string(), text);
}

}  // namespace quoth::test
