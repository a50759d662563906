#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quoth::smtp {

/// What stood after XCLIENT: whom the peer speaks for from now on. A field that is none was not
/// told, and stays as it is; an empty text, or the port 0, is known to be unknown
/// ("[UNAVAILABLE]").
struct XclientArguments {
  std::optional<std::string> name{};  ///< A host name, in lower case.
  /// "[TEMPUNAVAIL]": the name is empty, since nobody could be asked for it just now.
  bool is_name_pending = false;
  std::optional<std::string> address{};  ///< "192.0.2.7" or "2001:db8::1".
  std::optional<std::uint16_t> port{};
  std::optional<std::string> protocol{};  ///< "SMTP" or "ESMTP".
  std::optional<std::string> helo{};      ///< As HELO and EHLO take it.
  std::optional<std::string> login{};     ///< Who the client has proven to be: UTF-8.
  std::optional<std::string> server_address{};
  std::optional<std::uint16_t> server_port{};
};

/// What stood after XFORWARD: where the next message comes from, for the log. Its fields are none
/// and empty as those of XclientArguments; texts have no controls, and at most 255 octets.
struct XforwardArguments {
  std::optional<std::string> name{};  ///< A host name, in lower case.
  std::optional<std::string> address{};
  std::optional<std::uint16_t> port{};
  std::optional<std::string> protocol{};
  std::optional<std::string> helo{};
  std::optional<std::string> ident{};   ///< The id of the message there.
  std::optional<std::string> source{};  ///< "LOCAL" or "REMOTE".
};

}  // namespace quoth::smtp
