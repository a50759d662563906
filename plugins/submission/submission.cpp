#include "plugins/submission/submission.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/mail/date.hpp>
#include <quoth/session.hpp>

#include "plugins/shared/clients.hpp"

namespace quoth::plugins {
namespace {

constexpr unsigned demanded = 530;  // RFC 4954 §6

/// Kept in a session: what the header section of a message has.
struct Seen {
  std::string queue_id;
  bool has_date = false;
  bool has_message_id = false;
};

void note_fields(const event::Headers& headers) {
  headers.session.storage().get<Seen>() = {
      .queue_id = std::string{headers.queue_id},
      .has_date = headers.section.count("Date") > 0,
      .has_message_id = headers.section.count("Message-ID") > 0};
}

}  // namespace

Submission::Submission(SenderRules senders, std::vector<Network> networks, const Clock& clock)
    : senders_{std::move(senders)}, networks_{std::move(networks)}, clock_{clock} {}

void Submission::attach(Chains& chains) {
  chains.get<event::Mail>().prepend("submission",
                                    [this](event::Mail& mail) { return check_sender(mail); });
  chains.get<event::Headers>().append("submission", [](event::Headers& headers) -> Decision {
    note_fields(headers);
    return pass();
  });
  chains.get<event::Message>().prepend("submission", [this](event::Message& message) -> Decision {
    complete(message);
    return pass();
  });
}

Decision Submission::check_sender(const event::Mail& mail) const {
  const std::string& user = mail.session.user();
  if (user.empty()) {
    if (comes_from(networks_, mail.session)) return pass();
    return answer(demanded, "5.7.0 authentication required");
  }
  if (!mail.sender || senders_.owns(user, *mail.sender)) return pass();
  return reject("5.7.1 the sender address is not owned by user " + user);  // RFC 6409 §6.1
}

/// Whatever no handler of `Headers` has seen is left alone: a field that stands twice is worse than
/// one that is missing.
void Submission::complete(event::Message& message) const {
  const Seen* const seen = message.session.storage().find<Seen>();
  if (seen == nullptr || seen->queue_id != message.queue_id) return;
  if (!seen->has_message_id) {  // RFC 6409 §8.3
    // A queue id is never given again by this host, whose name stands behind it.
    message.add_header("Message-ID", "<" + std::string{message.queue_id} + "@" +
                                         std::string{message.session.hostname()} + ">");
  }
  if (!seen->has_date) message.add_header("Date", mail::date(clock_.now()));  // RFC 6409 §8.2
}

}  // namespace quoth::plugins
