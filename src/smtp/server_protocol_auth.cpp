#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/assert.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "core/base64.hpp"

// AUTH: between its command and the reply that ends it, the lines of the client are responses.

namespace quoth::smtp {
namespace {

// Octets of a line of the exchange, with its CRLF (RFC 4954 §4).
constexpr std::size_t response_line_octets = 12288;

}  // namespace

/// RFC 4954 §4: once in a session, and after EHLO.
std::optional<Reply> ServerProtocol::over_auth_limit() const {
  if (is_authenticated_) return Reply{code::bad_sequence, "5.5.1 already authenticated"};
  if (!extended_) return Reply{code::bad_sequence, "5.5.1 send EHLO first"};
  return std::nullopt;
}

/// The reply to AUTH that is no refusal. A 334 stays here: the first challenge() says it.
void ServerProtocol::begin_exchange(const Reply& reply, std::string& out) {
  state_ = State::exchange;
  pending_ = Pending::response;
  if (reply.code() != code::auth_continues) answer(reply, out);
}

Step ServerProtocol::next_response(std::string_view input) {
  const std::size_t lf = input.find('\n');
  const std::size_t line_octets = lf == std::string_view::npos ? input.size() : lf + 1;
  if (line_octets > response_line_octets) {
    is_skipping_ = true;
    is_chunk_skipped_ = false;
    skipped_octets_ = 0;
    return skip_line(input);
  }
  if (lf == std::string_view::npos) return {NeedMore{}, 0};
  if (lf == 0 || input[lf - 1] != '\r') {
    return hopeless(code::syntax_error, "5.5.2 a line must end with CRLF", line_octets);
  }
  const std::string_view line = input.substr(0, lf - 1);
  if (line == "*") {  // RFC 4954 §4
    return malformed(code::arg_syntax_error, "5.7.0 authentication cancelled", line_octets);
  }
  std::optional<std::string> octets = decode_base64(line);
  if (!octets) {
    return malformed(code::arg_syntax_error, "5.5.2 the response is no Base64", line_octets);
  }
  pending_ = Pending::response;
  return {AuthResponse{*std::move(octets)}, line_octets};
}

void ServerProtocol::challenge(std::string_view challenge, std::string& out) {
  QUOTH_ASSERT(state_ == State::exchange && pending_ == Pending::response);
  pending_ = Pending::nothing;
  out.append("334 ").append(encode_base64(challenge)).append("\r\n");
}

/// Whatever the reply is, the exchange is over.
void ServerProtocol::answer_exchange(const Reply& reply, std::string& out) {
  state_ = State::greeted;
  if (const std::optional<Reply> instead = over_limit(reply, Effect::none)) {
    return finish(*instead, out);
  }
  append_reply(out, reply);
  is_authenticated_ = reply.code() == code::authenticated;
  if (reply.closes()) state_ = State::finished;
}

}  // namespace quoth::smtp
