#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "smtp/extensions/parameter.hpp"
#include "smtp/xtext.hpp"

namespace quoth::smtp::extension {
namespace {

// RFC 4422 §3.1: of a mechanism's name.
constexpr std::size_t longest_mechanism = 20;

// RFC 4954 §4: of a line with an initial response, its CRLF included.
constexpr std::size_t longest_line = 12288;
constexpr std::size_t usual_line = 512;

bool is_mechanism(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_mechanism && std::ranges::all_of(name, [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_';
  });
}

/// mechanism [initial-response] (RFC 4954 §4); "=": a response of no octets.
Parsed auth_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  const std::string_view name = argument.substr(0, argument.find(' '));
  if (!is_mechanism(name)) return wrong_value("that is no name of a mechanism");
  AuthArguments arguments{.mechanism = ascii::upper(name)};
  if (name.size() == argument.size()) return Arguments{std::move(arguments)};
  const std::string_view response = argument.substr(name.size() + 1);
  if (response == "=") {
    arguments.initial.emplace();
    return Arguments{std::move(arguments)};
  }
  arguments.initial = decode_base64(response);
  if (!arguments.initial || arguments.initial->empty()) {
    return Reply{code::arg_syntax_error, "5.5.2 the initial response is no Base64"};
  }
  return Arguments{std::move(arguments)};
}

/// AUTH=<> or AUTH=mailbox, in xtext (RFC 4954 §5).
std::optional<Reply> read_submitter(std::string_view value, Arguments& arguments,
                                    const Limits& /*limits*/) {
  auto& mail = std::get<MailArguments>(arguments);
  const std::optional<std::string> text = decode_xtext(value);
  if (!text) return wrong_value("AUTH wants xtext");
  Submitter submitter;
  if (*text != "<>") {
    Result<mail::Mailbox> mailbox = mail::Mailbox::parse(*text);
    if (!mailbox) return wrong_value("AUTH wants a mailbox or <>");
    submitter.mailbox = *std::move(mailbox);
  }
  mail.submitter = std::move(submitter);
  return std::nullopt;
}

}  // namespace

Extension auth() {
  // RFC 4954 §3 (6): AUTH= makes MAIL 500 octets longer. §4: not within a transaction.
  return {.keyword = "AUTH",
          .parameters = {{.verb = "MAIL",
                          .keyword = "AUTH",
                          .value = ValueRule::required,
                          .line_octets = 500,
                          .read = read_submitter}},
          .verbs = {{.name = "AUTH",
                     .syntax = "AUTH mechanism [initial-response]",
                     .argument = ArgumentRule::required,
                     .allowed = {State::greeted},
                     .effect = Effect::authenticate,
                     .ends_group = true,
                     .before_auth = true,
                     .line_octets = longest_line - usual_line,
                     .grammar = auth_grammar}},
          .is_listed = false};
}

}  // namespace quoth::smtp::extension
