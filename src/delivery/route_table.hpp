#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/delivery.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>
#include <quoth/smtp/envelope.hpp>

#include "delivery/maildir/path.hpp"

namespace quoth::delivery {

/// Which domain's mail goes where.
class RouteTable {
 public:
  /// Where a route leads: a Maildir, or nowhere.
  struct Target {
    std::optional<maildir::PathTemplate> maildir;  ///< None: discard.
  };

  /// @throws std::invalid_argument naming a route that cannot be read, or stands twice.
  explicit RouteTable(const std::vector<Route>& routes);

  /// The most specific route for `domain`: its own, then the longest "*.suffix", then "*". Null:
  /// there is none.
  [[nodiscard]] const Target* find(std::string_view domain) const noexcept;

  /// The Maildirs of all recipients, each once; none for those whose mail is discarded.
  [[nodiscard]] Result<std::vector<std::string>> maildirs(const smtp::Envelope& envelope) const;

  [[nodiscard]] const auto& entries() const noexcept { return entries_; }

 private:
  struct Entry {
    std::string pattern;  // in lower case
    Target target;
  };

  std::vector<Entry> entries_;  // the most specific first
};

}  // namespace quoth::delivery
