#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <quoth/mail/mailbox.hpp>
#include <quoth/network.hpp>
#include <quoth/session.hpp>

namespace quoth::plugins {

/// Who may send to domains that are not ours. As it stands: nobody.
struct RelayRules {
  bool for_authenticated = false;   ///< Who has proven who he is (RFC 4954).
  std::vector<Network> networks;    ///< Whoever connects from there.
  std::vector<std::string> routed;  ///< Patterns of the domains that a route exists for.
};

enum class RelayVerdict {
  taken,
  denied,
  no_route,  ///< The client might, but the mail could go nowhere.
};

/// Decides whether mail for a foreign recipient is taken. Immutable, so that any thread may ask.
///
/// It looks at nothing but what the parser made of the address, the form that delivery uses, too.
/// Two kinds of addresses are as likely an attack as an address:
/// - An address literal ("x@[10.0.0.1]") names a machine, maybe one behind our own walls that the
///   client could not reach by itself. It is denied to everybody.
/// - A local part with `%`, `!` or `@` asks the next host, which may trust us, to relay in turn. A
///   network is listed since machines in it know no better, and any of them may be in bad hands:
///   denied. A user who has logged in answers for what he sends, and such a local part is legal
///   (RFC 5321 §2.3.11: only its own host may interpret it): taken, as any other. The parser lets
///   `@` and white space through in quotes alone.
class Relay {
 public:
  explicit Relay(RelayRules rules);

  [[nodiscard]] RelayVerdict decide(const Session& session, const mail::Mailbox& recipient) const;

  /// Whether anybody may.
  [[nodiscard]] bool is_possible() const noexcept {
    return rules_.for_authenticated || !rules_.networks.empty();
  }

 private:
  RelayRules rules_;
};

/// Whether a local part hides a second address: user%next.host@us (RFC 5321 §4.4),
/// next.host!user@us and "user@next.host"@us are source routes in other clothes.
[[nodiscard]] bool names_a_second_address(std::string_view local) noexcept;

}  // namespace quoth::plugins
