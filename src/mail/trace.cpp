#include "mail/trace.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/mail/date.hpp>
#include <quoth/mail/mailbox.hpp>

#include "core/ascii.hpp"

namespace quoth::mail {
namespace {

constexpr std::size_t max_line_bytes = 998;  // without its CRLF (RFC 5322 §2.1.1)

constexpr std::size_t usual_bytes = 256;  // most fields fit into it

/// Octets over 127 in a word: a path of a transaction with SMTPUTF8 has them (RFC 6531 §3.7.3), and
/// nothing else.
enum class High : std::uint8_t { replaced, kept };

/// Whether an octet may stand in a word.
constexpr bool is_kept(char c, High high) noexcept {
  return (c >= ' ' && c <= '~') || (ascii::is_high(c) && high == High::kept);
}

/// A header field in the making. No control octet gets into it: whatever the words hold, they can
/// neither end the field nor begin another.
class Field {
 public:
  explicit Field(std::string_view name) {
    text_.reserve(usual_bytes);
    text_.append(name);
  }

  /// Appends a space and `word`, or folds before it if the line would grow too long. A word that
  /// fits no line is cut.
  void word(std::string_view word, High high = High::replaced) { this->word({word}, high); }

  /// The same for a word of several parts.
  void word(std::initializer_list<std::string_view> parts, High high = High::replaced) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    size = std::min(size, max_line_bytes - 1);
    if (text_.size() - line_begin_ + 1 + size > max_line_bytes) {
      begin_line();
    } else {
      text_.push_back(' ');
    }
    for (const std::string_view part : parts) {
      append(part.substr(0, size), high);
      size -= std::min(size, part.size());
    }
  }

  /// Begins a new line with `word` (RFC 5322 §2.2.3).
  void fold(std::string_view word, High high = High::replaced) {
    begin_line();
    append(word.substr(0, max_line_bytes - 1), high);
  }

  [[nodiscard]] std::string finish() && { return std::move(text_.append("\r\n")); }

 private:
  void begin_line() {
    text_.append("\r\n");
    line_begin_ = text_.size();
    text_.push_back('\t');
  }

  void append(std::string_view word, High high) {
    const auto is_bad = [high](char c) { return !is_kept(c, high); };
    const std::size_t begin = text_.size();
    text_.append(word);
    if (std::none_of(word.begin(), word.end(), is_bad)) return;
    std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.end(), is_bad, '?');
  }

  std::string text_;
  std::size_t line_begin_ = 0;
};

/// Appends TCP-info of RFC 5321 §4.4 in its parentheses, or a comment if there was no TCP.
void append_tcp_info(std::string_view address, Field& field) {
  if (address.empty()) return field.word("(local socket)");
  const std::string_view tag = address.find(':') == std::string_view::npos ? "" : "IPv6:";
  // A zone ("fe80::1%eth0") means something on this host only, and the grammar lacks it.
  address = address.substr(0, address.find('%'));
  field.word({"([", tag, address, "])"});
}

/// `text` as a comment (RFC 5322 §3.2.2); what would end it, or begin another, is replaced.
std::string commented(std::string_view text) {
  std::string result{"("};
  std::ranges::transform(text, std::back_inserter(result),
                         [](char c) { return c == '(' || c == ')' || c == '\\' ? '?' : c; });
  return result += ')';
}

}  // namespace

std::string received_field(const Received& received) {
  Field field{"Received:"};
  field.word("from");
  field.word(received.helo);
  append_tcp_info(received.client_address, field);
  if (!received.comment.empty()) field.fold(commented(received.comment));
  field.fold("by");
  field.word(received.by);
  field.word("with");
  field.word(received.protocol);
  field.word("id");
  const std::string_view end = received.cipher.empty() ? ";" : "";
  if (received.recipient == nullptr) {
    // Naming one of several recipients could give away a blind copy (RFC 5321 §7.2).
    field.word({received.id, end});
  } else {
    field.word(received.id);
    field.fold("for");
    field.word({"<", received.recipient->text(), ">", end}, High::kept);
  }
  // RFC 5321 §4.4: behind `for`; RFC 8314 §4.3.
  if (!received.cipher.empty()) {
    field.fold("tls");
    field.word({received.cipher, ";"});
  }
  if (received.recipient == nullptr && received.cipher.empty()) {
    field.fold(date(received.time));
  } else {
    field.word(date(received.time));
  }
  return std::move(field).finish();
}

std::string return_path_field(const ReversePath& sender) {
  Field field{"Return-Path:"};
  field.word(to_path(sender), High::kept);
  return std::move(field).finish();
}

}  // namespace quoth::mail
