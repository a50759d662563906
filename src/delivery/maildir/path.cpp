#include "delivery/maildir/path.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/errc.hpp>

#include "core/ascii.hpp"

namespace quoth::delivery::maildir {
namespace {

constexpr std::size_t name_max = 255;  // NAME_MAX of Linux' file systems

constexpr std::string_view local_placeholder = "{local}";
constexpr std::string_view domain_placeholder = "{domain}";

bool is_safe(char c) noexcept {
  return ascii::is_alnum(c) || std::string_view{"+-_=~,@."}.find(c) != std::string_view::npos;
}

bool has_long_component(std::string_view path) noexcept {
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash).size() > name_max) return true;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace

std::string escape(std::string_view name) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string result;
  for (const char c : name) {
    if (is_safe(c) && !(c == '.' && result.empty())) {
      result += ascii::to_lower(c);
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    result += '%';
    result += hex[octet >> 4U];
    result += hex[octet & 15U];
  }
  return result.empty() ? "%" : result;
}

PathTemplate::PathTemplate(std::string text) : text_{std::move(text)} {
  if (text_.empty()) throw std::invalid_argument("maildir: a path is missing");
  std::string_view rest = text_;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    rest.remove_prefix(open);
    const std::string_view placeholder = rest.substr(0, rest.find('}') + 1);
    if (placeholder != local_placeholder && placeholder != domain_placeholder) {
      throw std::invalid_argument("maildir: only {domain} and {local} can stand in " + text_);
    }
    rest.remove_prefix(placeholder.size());
  }
}

Result<std::string> PathTemplate::expand(const mail::Mailbox& mailbox) const {
  std::string path;
  std::string_view rest = text_;
  while (!rest.empty()) {
    if (rest.starts_with(local_placeholder)) {
      path += escape(mailbox.local());
      rest.remove_prefix(local_placeholder.size());
    } else if (rest.starts_with(domain_placeholder)) {
      path += escape(mailbox.domain());
      rest.remove_prefix(domain_placeholder.size());
    } else {
      const std::size_t literal = std::min(rest.find('{'), rest.size());
      path += rest.substr(0, literal);
      rest.remove_prefix(literal);
    }
  }
  if (has_long_component(path)) {
    return make_error_code(boost::system::errc::filename_too_long);
  }
  return path;
}

}  // namespace quoth::delivery::maildir
