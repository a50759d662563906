#pragma once

#include <string>
#include <string_view>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::delivery::maildir {

/// Where the Maildirs of a route are: a path in which {domain} and {local} stand for those of the
/// recipient. The one place where a mailbox becomes a path.
///
/// Mailboxes that differ in the case of ASCII letters only are one. Every octet outside of
/// letters, digits and "+-_=~,@" becomes "%XX", and so does a dot that leads a name, so that no
/// mailbox can name another folder, a hidden one, or one above. Octets over 127 are escaped one by
/// one: names that only look the same stay apart.
class PathTemplate {
 public:
  /// @throws std::invalid_argument if `text` is empty, or has another placeholder than those two.
  explicit PathTemplate(std::string text);

  /// The Maildir of `mailbox`; errc::filename_too_long if a part of it would be over 255 octets.
  [[nodiscard]] Result<std::string> expand(const mail::Mailbox& mailbox) const;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// `name` as one component of a path.
[[nodiscard]] std::string escape(std::string_view name);

}  // namespace quoth::delivery::maildir
