#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/mail/mailbox.hpp>

namespace quoth::plugins {

/// User to the patterns of the addresses that he may send as, besides his own:
/// "ann@example.com", "*@lists.example.com", "ann@*.example.com", "*" (all).
using SenderPatterns = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Knows which sender addresses belong to a user (RFC 6409 §6.1). Case of A to Z never matters,
/// neither in users nor in addresses. Immutable, so that any thread may ask.
class SenderRules {
 public:
  /// `domains` are patterns of the domains where each user without "@" in his name is at home.
  /// @throws std::invalid_argument naming a pattern that is none.
  SenderRules(std::vector<std::string> domains, const SenderPatterns& patterns);

  /// A user whose name is an address owns that address, any other one LOCAL@ each of our domains;
  /// and all that the patterns of `user` fit.
  [[nodiscard]] bool owns(std::string_view user, const mail::Mailbox& sender) const;

 private:
  struct Pattern {
    std::string local;
    std::string domain;
  };

  [[nodiscard]] static Pattern parse(std::string_view text);
  [[nodiscard]] bool is_home(std::string_view user, const mail::Mailbox& sender) const;

  std::vector<std::string> domains_;
  std::map<std::string, std::vector<Pattern>, std::less<>> patterns_;  // by user in lower case
};

}  // namespace quoth::plugins
