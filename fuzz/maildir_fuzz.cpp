// Names that become paths, and paths' names that are read again: a mailbox names one folder below
// its Maildir's and no other, and what is escaped can be told apart again.
//
// Input: the octets up to the first LF are a mailbox's path, a host or a template, those behind it
// a file's name.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>
#include <quoth/mail/mailbox.hpp>

#include "core/ascii.hpp"
#include "delivery/maildir/file_name.hpp"
#include "delivery/maildir/path.hpp"

namespace {

using namespace quoth;
using namespace quoth::delivery::maildir;

std::string unescape(std::string_view text) {
  std::string result;
  if (text == "%") return result;
  while (!text.empty()) {
    unsigned octet = static_cast<unsigned char>(text.front());
    const std::size_t size = text.front() == '%' ? 3 : 1;
    QUOTH_ASSERT(text.size() >= size);
    if (size == 3) {
      const char* const end = text.data() + 3;
      QUOTH_ASSERT(std::from_chars(text.data() + 1, end, octet, 16).ptr == end);
    }
    result += static_cast<char>(octet);
    text.remove_prefix(size);
  }
  return result;
}

void check_component(std::string_view component) {
  QUOTH_ASSERT(!component.empty() && component.front() != '.');
  QUOTH_ASSERT(std::ranges::none_of(component, [](char c) {
    return c == '/' || c == ' ' || ascii::is_control(c) || ascii::is_high(c);
  }));
}

void check_mailbox(std::string_view text) {
  const Result<mail::Mailbox> mailbox = mail::Mailbox::parse(text, mail::Charset::utf8);
  if (!mailbox) return;
  const Result<std::string> path = PathTemplate{"/{domain}/{local}"}.expand(*mailbox);
  if (!path) return;
  const std::size_t slash = path->rfind('/');
  QUOTH_ASSERT(path->starts_with('/') && slash > 0);
  const std::string_view domain = std::string_view{*path}.substr(1, slash - 1);
  const std::string_view local = std::string_view{*path}.substr(slash + 1);
  QUOTH_ASSERT(domain.size() <= 255 && local.size() <= 255);
  check_component(domain);
  check_component(local);
  QUOTH_ASSERT(unescape(local) == ascii::lower(mailbox->local()));
}

void check_template(std::string_view text) {
  const Result<mail::Mailbox> mailbox = mail::Mailbox::parse("../..@example.com");
  QUOTH_ASSERT(!mailbox);
  const Result<mail::Mailbox> odd = mail::Mailbox::parse("\"../..\"@example.com");
  QUOTH_ASSERT(odd);
  try {
    const PathTemplate pattern{std::string{text}};
    const Result<std::string> path = pattern.expand(*odd);
    if (path) QUOTH_ASSERT(path->find('{') == std::string::npos);
    if (path && text.find('.') == std::string_view::npos) {
      QUOTH_ASSERT(path->find("/../") == std::string::npos && !path->ends_with("/.."));
    }
  } catch (const std::invalid_argument&) {
    QUOTH_ASSERT(text.empty() || text.find('{') != std::string_view::npos);
  }
}

void check_names(std::string_view host, std::string_view name) {
  const std::optional<Maker> mine = maker_of(unique_name(host), host);
  QUOTH_ASSERT(mine && mine->microseconds > 0 && !is_orphan(*mine));
  const std::optional<Maker> other = maker_of(name, host);
  if (other) QUOTH_ASSERT(other->process > 0 && other->microseconds >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t lf = std::min(text.find('\n'), text.size());
  const std::string_view first = text.substr(0, lf);
  const std::string_view second = text.substr(std::min(lf + 1, text.size()));
  check_component(escape(text));
  QUOTH_ASSERT(unescape(escape(text)) == ascii::lower(text));
  check_mailbox(first);
  check_template(first);
  check_names(first, second);
  return 0;
}
