#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/scram_keys.hpp"
#include "core/base64.hpp"
#include "crypto/hash.hpp"
#include "crypto/pbkdf2.hpp"

namespace quoth::auth::test {

/// The client's side of SCRAM, no stricter than a test needs.
struct ScramClient {
  ScramHash hash = ScramHash::sha256;
  std::string password = "pencil";
  std::string header = "n,,";
  std::string channel{};
  std::string bare = "n=user,r=clientnonce";

  [[nodiscard]] std::string first() const { return header + bare; }

  /// The last message to what the server said: "r=…,s=…,i=…".
  [[nodiscard]] std::string final(std::string_view challenge) {
    const crypto::Hash algorithm = crypto_hash(hash);
    const std::string_view nonce = challenge.substr(0, challenge.find(",s="));
    const std::string_view rest = challenge.substr(nonce.size() + 3);
    const std::string salt = decode_base64(rest.substr(0, rest.find(','))).value();
    const auto iterations =
        static_cast<std::uint32_t>(std::stoul(std::string{rest.substr(rest.find(",i=") + 3)}));
    const std::string salted = crypto::pbkdf2(algorithm, password, salt, iterations);
    const std::string client_key = crypto::hmac(algorithm, salted, "Client Key");
    const std::string without_proof =
        "c=" + encode_base64(header + channel) + "," + std::string{nonce} + extension;
    auth_message = bare + "," + std::string{challenge} + "," + without_proof;
    std::string proof =
        crypto::hmac(algorithm, crypto::digest(algorithm, client_key), auth_message);
    for (std::size_t i = 0; i < proof.size(); ++i) {
      proof[i] = static_cast<char>(static_cast<unsigned char>(proof[i]) ^
                                   static_cast<unsigned char>(client_key[i]));
    }
    server_key = crypto::hmac(algorithm, salted, "Server Key");
    return without_proof + ",p=" + encode_base64(proof);
  }

  /// What the server proves itself by, when final() was called.
  [[nodiscard]] std::string verifier() const {
    return "v=" + encode_base64(crypto::hmac(crypto_hash(hash), server_key, auth_message));
  }

  std::string extension{};  // of the last message, with a comma before it
  std::string auth_message{};
  std::string server_key{};
};

}  // namespace quoth::auth::test
