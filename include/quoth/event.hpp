#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/body_reader.hpp>
#include <quoth/body_sink.hpp>
#include <quoth/decision.hpp>
#include <quoth/event/auth.hpp>
#include <quoth/event/chain_id.hpp>
#include <quoth/event/tls.hpp>
#include <quoth/mail/header.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/command.hpp>
#include <quoth/smtp/envelope.hpp>

namespace quoth {

class Session;

/// What happens in a session, one type each. Handlers take it by reference; it and all that it
/// refers to live until the last handler of its dispatch has ended, waiting ones included.
namespace event {

/// A client has connected; nothing is said yet. A header of the PROXY protocol was read, and
/// implicit TLS is on. Comes again for a client that a trusted peer names by XCLIENT. A reply that
/// is not positive goes out in the banner's place; unless it closes (421, then_close()), the client
/// may still say QUIT (RFC 5321 §3.1). Nobody answers: go on.
struct Connect {
  static constexpr ChainId chain = ChainId::connect;
  static constexpr bool is_answerable = true;
  Session& session;
};

/// The banner is due (RFC 5321 §4.3.1). The text of a positive reply stands in it behind our host
/// name, with code 220; any other refuses as in Connect. Nobody answers: "220 HOSTNAME ESMTP
/// Quoth".
struct Banner {
  static constexpr ChainId chain = ChainId::banner;
  static constexpr bool is_answerable = true;
  Session& session;
};

/// HELO or EHLO with a name that can be one. The text of a positive reply stands behind our host
/// name; the extensions follow by themselves. Nobody answers: 250.
struct Helo {
  static constexpr ChainId chain = ChainId::helo;
  static constexpr bool is_answerable = true;
  Session& session;
  std::string_view name;
  bool is_extended;  ///< EHLO.
};

/// MAIL. A positive reply opens the transaction. Nobody answers: 250.
struct Mail {
  static constexpr ChainId chain = ChainId::mail;
  static constexpr bool is_answerable = true;
  Session& session;
  smtp::MailArguments& arguments;
  mail::ReversePath& sender;  ///< None: "<>". May be changed.
};

/// RCPT. A positive reply adds the recipient. Nobody answers: 550, so that a server without
/// handlers is no open relay.
struct Rcpt {
  static constexpr ChainId chain = ChainId::rcpt;
  static constexpr bool is_answerable = true;
  Session& session;
  const smtp::Envelope& envelope;  ///< What was accepted so far.
  smtp::RcptArguments& arguments;
  mail::Mailbox& recipient;  ///< May be changed: what it is then gets the message.
};

/// DATA before its 354, or the first BDAT: the place to choose where the message goes. A negative
/// reply refuses it, a positive one ends the chain and means 354; it cannot close. Nobody answers:
/// 354.
class Data {
 public:
  static constexpr ChainId chain = ChainId::data;
  static constexpr bool is_answerable = true;

  Session& session;
  const smtp::Envelope& envelope;
  std::string_view queue_id;
  /// The Received field that this server adds, with its CRLF (RFC 5321 §4.4).
  std::string_view received;

  /// Octets go into `sink` as they arrive. Without one the message is kept for the handlers of
  /// `Message`, and it is theirs to do something with it.
  void store_in(std::unique_ptr<BodySink> sink) noexcept { sink_ = std::move(sink); }

  /// Keeps the message for the handlers of `Message` as well, so that they can look at its content
  /// before the sink takes it. Costs a second copy.
  void keep_content() noexcept { keeps_content_ = true; }

  /// Octets go to `reader`, too, as they arrive. Several may stand side by side; the slowest of
  /// them is the pace of the client. Keep a pointer to ask it for what it found, at `Message`.
  /// @pre `reader` is not null.
  void read_with(std::shared_ptr<BodyReader> reader) { readers_.push_back(std::move(reader)); }

  [[nodiscard]] bool has_sink() const noexcept { return sink_ != nullptr; }

  // The session's side.
  Data(Session& s, const smtp::Envelope& e, std::string_view id, std::string_view field) noexcept
      : session{s}, envelope{e}, queue_id{id}, received{field} {}
  [[nodiscard]] std::unique_ptr<BodySink> take_sink() noexcept { return std::move(sink_); }
  [[nodiscard]] std::vector<std::shared_ptr<BodyReader>> take_readers() noexcept {
    return std::move(readers_);
  }
  [[nodiscard]] bool keeps_content() const noexcept { return keeps_content_ || sink_ == nullptr; }

 private:
  std::unique_ptr<BodySink> sink_;
  std::vector<std::shared_ptr<BodyReader>> readers_;
  bool keeps_content_ = false;
};

/// The header section is in, the body is not: the place to refuse a message early. A reply that is
/// not positive refuses it: what comes is thrown away, and the reply goes out behind its end, or
/// behind the chunk that comes now (BDAT), unless the rest breaks a rule for texts, which has a
/// reply of its own. Nobody answers: go on.
struct Headers {
  static constexpr ChainId chain = ChainId::headers;
  static constexpr bool is_answerable = true;
  Session& session;
  const smtp::Envelope& envelope;
  std::string_view queue_id;
  const mail::HeaderSection& section;  ///< At most Limits::header_bytes.
};

/// What becomes of each recipient of a message, in the order in which they were accepted.
class Outcomes {
 public:
  /// Decides for one recipient, by its RcptArguments::place. For one that a handler has added there
  /// is nothing to answer, so that nothing happens.
  void set(std::size_t recipient, smtp::Reply reply);
  /// What was set for one; none: whatever the chain decides for all.
  [[nodiscard]] const std::optional<smtp::Reply>& get(std::size_t recipient) const noexcept;
  /// One reply for `count` recipients, as SMTP wants it: positive only if all are, otherwise the
  /// first transient failure, otherwise the first permanent one. `decided` fills those unset.
  [[nodiscard]] smtp::Reply fold(std::size_t count, const smtp::Reply& decided) const;
  /// One reply for each of `count` recipients, as LMTP wants it (RFC 2033 §4.2). `decided` fills
  /// those unset.
  [[nodiscard]] std::vector<smtp::Reply> each(std::size_t count, const smtp::Reply& decided) const;

 private:
  std::vector<std::optional<smtp::Reply>> replies_;
};

/// The whole message is in. A positive reply accepts it: it is made durable, then the client gets
/// the reply; in LMTP one for each recipient, and those with a negative outcome get nothing. Nobody
/// answers: 554, the message is forgotten.
class Message {
 public:
  static constexpr ChainId chain = ChainId::message;
  static constexpr bool is_answerable = true;

  Session& session;
  smtp::Envelope& envelope;  ///< Recipients may be added, changed and removed.
  std::string_view queue_id;
  std::uint64_t size;  ///< Octets, as received.
  Outcomes outcomes{};

  /// All octets as they came: CRLF line ends, dots unstuffed, our own fields not among them.
  /// @throws std::logic_error if a handler of `Data` chose a sink and nobody asked there to keep
  /// the content.
  [[nodiscard]] std::string_view content() const;

  /// Puts a field on top of the message, below our Received; of several the last stands first.
  /// Folding is the caller's: `value` may hold CRLF before a space or tab.
  /// @throws std::invalid_argument if the name is no field name (RFC 5322 §2.2), or the value would
  /// end the field or is not ASCII.
  void add_header(std::string_view name, std::string_view value);

  // The session's side.
  Message(Session& s, smtp::Envelope& e, std::string_view id, std::uint64_t octets,
          std::optional<std::string_view> content) noexcept
      : session{s}, envelope{e}, queue_id{id}, size{octets}, content_{content} {}
  [[nodiscard]] const std::string& added_fields() const noexcept { return added_fields_; }

 private:
  std::optional<std::string_view> content_;
  std::string added_fields_;
};

/// RSET, HELO, EHLO, a chunk that was refused, or the connection's end has thrown a transaction
/// away. What ends with its message, accepted or not, is none of these.
struct Reset {
  static constexpr ChainId chain = ChainId::reset;
  static constexpr bool is_answerable = false;
  Session& session;
};

/// The client is gone, with or without QUIT: the place to clean up. Comes once for each
/// connection, also for one that has ended before its Connect, by a PROXY header or a TLS handshake
/// that failed.
struct Disconnect {
  static constexpr ChainId chain = ChainId::disconnect;
  static constexpr bool is_answerable = false;
  Session& session;
  std::string_view reason;  ///< "quit", "closed by client", "timeout" …
};

/// ETRN, where it is offered: a client asks for the mail that waits for a host (RFC 1985). A reply
/// is the command's: 250 to 253, 458 or 459. Nobody answers: 458.
struct Etrn {
  static constexpr ChainId chain = ChainId::etrn;
  static constexpr bool is_answerable = true;
  Session& session;
  const smtp::EtrnArguments& arguments;
};

/// A verb that nobody defined. Nobody answers: 500 (RFC 5321 §4.2.4).
struct Unknown {
  static constexpr ChainId chain = ChainId::unknown;
  static constexpr bool is_answerable = true;
  Session& session;
  std::string_view verb;
  std::string_view argument;
};

/// Any command line, before it becomes a typed event: what a verb's raw chain takes. A reply is the
/// command's; the state follows its code. At the chain's end stands "default".
struct Command {
  static constexpr bool is_answerable = true;
  Session& session;
  std::string_view verb;      ///< As the client wrote it.
  std::string_view argument;  ///< The rest of the line, white space at its end cut.
  /// What the grammar made of it; may be changed, but for the size of a chunk.
  smtp::Command& parsed;
};

}  // namespace event
}  // namespace quoth
