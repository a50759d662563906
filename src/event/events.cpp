#include <quoth/event.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ascii.hpp"

namespace quoth::event {
namespace {

/// RFC 5322 §2.2: printable ASCII without the colon.
bool is_field_name(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
}

/// Whether `value` stays within its field: CRLF only ahead of white space (RFC 5322 §2.2.3), and
/// otherwise ASCII without control octets.
bool is_field_value(std::string_view value) noexcept {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i).starts_with("\r\n ") || value.substr(i).starts_with("\r\n\t")) {
      i += 2;
    } else if (ascii::is_high(value[i]) || (ascii::is_control(value[i]) && value[i] != '\t')) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Outcomes::set(std::size_t recipient, smtp::Reply reply) {
  if (recipient == smtp::RcptArguments::added) return;
  if (replies_.size() <= recipient) replies_.resize(recipient + 1);
  replies_[recipient] = std::move(reply);
}

const std::optional<smtp::Reply>& Outcomes::get(std::size_t recipient) const noexcept {
  static const std::optional<smtp::Reply> unset;
  return recipient < replies_.size() ? replies_[recipient] : unset;
}

smtp::Reply Outcomes::fold(std::size_t count, const smtp::Reply& decided) const {
  const smtp::Reply* positive = nullptr;
  const smtp::Reply* transient = nullptr;
  const smtp::Reply* permanent = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<smtp::Reply>& own = get(i);
    const smtp::Reply& reply = own ? *own : decided;
    if (reply.is_positive() && positive == nullptr) positive = &reply;
    if (reply.is_transient() && transient == nullptr) transient = &reply;
    if (reply.is_permanent() && permanent == nullptr) permanent = &reply;
  }
  // One reply stands for all, and nothing of a refused message is kept: refusing for now makes the
  // client come back with all recipients, which loses nothing.
  if (transient != nullptr) return *transient;
  if (permanent != nullptr) return *permanent;
  return positive != nullptr && !decided.is_positive() ? *positive : decided;
}

std::vector<smtp::Reply> Outcomes::each(std::size_t count, const smtp::Reply& decided) const {
  std::vector<smtp::Reply> replies;
  replies.reserve(count);
  for (std::size_t i = 0; i < count; ++i) replies.push_back(get(i).value_or(decided));
  return replies;
}

std::string_view Message::content() const {
  if (!content_) {
    throw std::logic_error(
        "the message's content was not kept: call keep_content() in a handler of Data");
  }
  return *content_;
}

void Message::add_header(std::string_view name, std::string_view value) {
  if (!is_field_name(name)) throw std::invalid_argument("that is no name of a header field");
  if (!is_field_value(value)) {
    throw std::invalid_argument("that is no value for the header field " + std::string{name});
  }
  std::string field;
  field.reserve(name.size() + value.size() + 4);
  field.append(name).append(": ").append(value).append("\r\n");
  added_fields_.insert(0, field);
}

}  // namespace quoth::event
