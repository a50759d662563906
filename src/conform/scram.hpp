#pragma once

#include <string>
#include <string_view>

#include "conform/case.hpp"

namespace quoth::conform {

/// The client's side of SCRAM (RFC 5802), written for this battery alone, with the faults that a
/// case asks for.
class ScramClient {
 public:
  /// `channel`: octets that tie it to the connection (RFC 5929, RFC 9266), for headers with p=.
  ScramClient(const Scram& how, std::string password, std::string nonce, std::string channel);

  /// The first message; `user` is as it is to be sent.
  [[nodiscard]] std::string first(std::string_view user);

  struct Last {
    std::string message = {};
    std::string problem = {};  ///< With the server's first message; empty: it is right.
  };
  /// The answer to the server's first message.
  [[nodiscard]] Last last(std::string_view server_first);

  /// What is wrong with the server's last message; empty: it knows the password, too.
  [[nodiscard]] std::string problem_of_end(std::string_view server_final) const;

 private:
  [[nodiscard]] std::string binding() const;

  const Scram& how_;
  std::string password_;
  std::string nonce_;
  std::string channel_;
  std::string first_bare_;
  std::string server_signature_;  // empty: nothing was proven
};

}  // namespace quoth::conform
