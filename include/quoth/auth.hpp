#pragma once

#include <cstdint>
#include <string>
#include <variant>

/// What SMTP clients show for who they are (RFC 4954, RFC 4422), and what a server has to hold
/// against it.
namespace quoth::auth {

/// A password in the clear: PLAIN (RFC 4616), LOGIN. Both are UTF-8, prepared by SASLprep (RFC
/// 4013).
struct Password {
  std::string user;
  std::string password;
};

/// The hash of a SCRAM mechanism.
enum class ScramHash : std::uint8_t {
  sha1,    ///< SCRAM-SHA-1 (RFC 5802).
  sha256,  ///< SCRAM-SHA-256 (RFC 7677).
};

/// The name of somebody who will prove by SCRAM that he has the password. It is not proven yet.
struct ScramUser {
  std::string user;
  ScramHash hash = ScramHash::sha256;
};

/// A token of OAuth 2.0: OAUTHBEARER (RFC 7628), XOAUTH2. As it came: whoever accepts it has
/// checked that it is genuine, of our issuer, meant for us, and of that user.
struct BearerToken {
  std::string user;   ///< Whom the client says it is of; may be empty with OAUTHBEARER.
  std::string token;  ///< Without "Bearer ".
};

/// Nothing but the certificate in Session::tls(), whose key the handshake has proven: EXTERNAL. Who
/// has signed it is another question: see PeerCertificate::is_trusted.
struct Certificate {};

using Credentials = std::variant<Password, ScramUser, BearerToken, Certificate>;

/// What a server keeps of a password for SCRAM: enough to check a proof, too little to make one
/// (RFC 5802 §3). All but the number are octets.
struct ScramKeys {
  std::string salt;
  std::uint32_t iterations = 4096;
  std::string stored_key;
  std::string server_key;
};

}  // namespace quoth::auth
