#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "smtp/too_large.hpp"

// The message's octets: behind a 354 up to CRLF.CRLF, or as chunks whose sizes are said before.

namespace quoth::smtp {
namespace {

Reply fault_reply(BodyFault fault) {
  switch (fault) {
    case BodyFault::bare_cr: return {554, "5.6.11 a CR without LF is in the message"};
    case BodyFault::bare_lf: return {554, "5.6.11 an LF without CR is in the message"};
    case BodyFault::nul: return {554, "5.6.0 a NUL octet is in the message"};
    default: return {500, "5.6.0 a line of the message is too long"};  // RFC 5321 §4.5.3.1.6
  }
}

}  // namespace

void ServerProtocol::begin_text(Framing framing) {
  const Limits& limits = dialect_->limits();
  scanner_ = BodyScanner{limits.text, limits.text_line_bytes, framing};
  in_chunks_ = framing == Framing::chunks;
  body_octets_ = 0;
  is_discarding_ = false;
  has_given_up_ = false;
}

Step ServerProtocol::next_text(std::string_view input) {
  if (has_given_up_) return give_up(0);
  std::size_t consumed = 0;
  while (consumed < input.size()) {
    const BodyScanner::Found found = scanner_.next(input.substr(consumed));
    body_octets_ += found.text.size();
    consumed += found.consumed;
    if (found.ended) {
      pending_ = Pending::body_end;
      return {BodyEnd{body_refusal()}, consumed};
    }
    // What is refused already is read to its end, and kept nowhere.
    if (!found.text.empty() && !is_text_refused()) return {BodyChunk{found.text}, consumed};
    if (is_beyond_patience()) return give_up(consumed);
  }
  return {NeedMore{}, consumed};
}

/// The client sends on and on what is refused: there is a limit to that, too.
bool ServerProtocol::is_beyond_patience() const noexcept {
  const Limits& limits = dialect_->limits();
  return body_octets_ > limits.message_bytes &&
         body_octets_ - limits.message_bytes > limits.discarded_bytes;
}

Step ServerProtocol::give_up(std::size_t consumed) {
  QUOTH_ASSERT(is_text_refused());  // what is not whole is never accepted
  has_given_up_ = true;
  if (is_beyond_patience()) defence_ = Defence::long_refused;
  pending_ = Pending::body_end;
  return {BodyEnd{body_refusal()}, consumed};
}

bool ServerProtocol::is_text_refused() const noexcept {
  return is_discarding_ || body_octets_ > dialect_->limits().message_bytes ||
         scanner_.fault() != BodyFault::none;
}

std::optional<Reply> ServerProtocol::body_refusal() const {
  if (scanner_.fault() != BodyFault::none) return fault_reply(scanner_.fault());
  if (body_octets_ <= dialect_->limits().message_bytes) return std::nullopt;
  return too_large(dialect_->limits());
}

/// One reply, or in LMTP one for each recipient (RFC 2033 §4.2); one that stands for all is given
/// to each.
void ServerProtocol::end_message(std::string& out, std::span<const Reply> replies) {
  const bool is_for_each = dialect_->protocol() == Protocol::lmtp;
  const std::size_t count = is_for_each ? recipient_count_ : 1;
  bool closes = has_given_up_;
  for (std::size_t i = 0; i < count; ++i) {
    const Reply& reply = replies[replies.size() == 1 ? 0 : i];
    append_reply(out, reply);
    closes = closes || reply.closes();
  }
  ++tally_.messages;
  tally_.junk_commands = 0;
  forget_message();
  if (closes) state_ = State::finished;
}

void ServerProtocol::forget_message() {
  forget_transaction();
  in_chunks_ = false;
  state_ = State::greeted;
}

// ---- chunks (RFC 3030 §2)

/// The command was accepted; what is answered is the chunk's end.
void ServerProtocol::begin_chunk() {
  if (state_ != State::chunks) begin_text(Framing::chunks);
  if (const auto* chunk = std::get_if<ChunkArguments>(&command_->arguments)) chunk_ = *chunk;
  state_ = State::body;
}

/// The command was not accepted: its octets follow nevertheless, and the message of which it was,
/// or would have been, a part is over. Otherwise the next chunk would pass for the first one.
void ServerProtocol::refuse_chunk(Reply reply, std::string& out) {
  const auto* chunk = std::get_if<ChunkArguments>(&command_->arguments);
  if (chunk != nullptr) unwanted_octets_ = chunk->size;
  // A 3xx asks for text, of which there is none behind BDAT.
  if (reply.is_positive()) reply = {code::local_error, "4.3.0 internal error, try again later"};
  if (unwanted_octets_ > dialect_->limits().discarded_bytes) {
    defence_ = Defence::long_refused;
    reply.then_close();
  }
  const bool is_part = state_ == State::rcpt || state_ == State::chunks;
  // RFC 2033 §4.3: the last chunk has as many replies as DATA's end.
  const bool is_for_each =
      is_part && chunk != nullptr && chunk->is_last && dialect_->protocol() == Protocol::lmtp;
  const std::size_t count = is_for_each ? recipient_count_ : 1;
  for (std::size_t i = 0; i < count; ++i) append_reply(out, reply);
  if (is_part) forget_message();
  if (!reply.closes()) return;
  forget_transaction();
  state_ = State::finished;
}

Step ServerProtocol::skip_chunk(std::string_view input) {
  const auto octets =
      static_cast<std::size_t>(std::min<std::uint64_t>(unwanted_octets_, input.size()));
  unwanted_octets_ -= octets;
  if (octets == input.size()) return {NeedMore{}, octets};
  Step step = next(input.substr(octets));
  step.consumed += octets;
  return step;
}

Step ServerProtocol::next_chunk(std::string_view input) {
  if (has_given_up_) return give_up(0);
  std::size_t consumed = 0;
  while (chunk_.size > 0 && consumed < input.size()) {
    const std::size_t room = input.size() - consumed;
    const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_.size, room));
    const std::string_view piece = input.substr(consumed, octets);
    // RFC 3030 §3: a binary message has no lines, and so no rules for them.
    const bool is_binary = std::as_const(*this).envelope().mail.body == Body::binary_mime;
    const BodyScanner::Found found =
        is_binary ? BodyScanner::Found{piece, octets, false} : scanner_.next(piece);
    body_octets_ += found.text.size();
    consumed += found.consumed;
    chunk_.size -= found.consumed;
    if (!found.text.empty() && !is_text_refused()) return {BodyChunk{found.text}, consumed};
  }
  if (chunk_.size > 0) return {NeedMore{}, consumed};
  Step step = chunk_.is_last ? end_text() : end_chunk();
  step.consumed = consumed;
  return step;
}

Step ServerProtocol::end_chunk() {
  pending_ = Pending::chunk_end;
  return {ChunkEnd{body_refusal()}, 0};
}

Step ServerProtocol::end_text() {
  // A CR at the very end was withheld, in case that an LF would follow.
  const std::string_view rest = scanner_.finish();
  body_octets_ += rest.size();
  if (!rest.empty() && !is_text_refused()) return {BodyChunk{rest}, 0};
  pending_ = Pending::body_end;
  return {BodyEnd{body_refusal()}, 0};
}

}  // namespace quoth::smtp
