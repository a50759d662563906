#include "smtp/grammar.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/ascii.hpp"
#include "mail/path.hpp"
#include "mail/utf8.hpp"

namespace quoth::smtp {
namespace {

/// A mailbox that cannot be is 553 if only its octets want SMTPUTF8 (RFC 6531 §3.5), else 501 with
/// the code of its side of the envelope (RFC 3463 §3.2).
Reply path_reply(const error_code& error, std::string_view bad_syntax) {
  if (error == mail::Errc::non_ascii) return {code::mailbox_error, "5.6.7 " + error.message()};
  return {code::arg_syntax_error, std::string{bad_syntax} + ' ' + error.message()};
}

/// Reads the path as `read` does. UTF-8 is looked at only where ASCII fails, and if the dialect has
/// SMTPUTF8.
template <class Read>
auto path_at(Read read, std::string_view argument, const Dialect& dialect) {
  auto path = read(argument, mail::Charset::ascii);
  if (!path && path.error() == mail::Errc::non_ascii && dialect.offers("SMTPUTF8")) {
    path = read(argument, mail::Charset::utf8);
  }
  return path;
}

Reply syntax_error_in_parameters() {
  return {code::arg_syntax_error, "5.5.4 syntax error in the parameters"};
}

Reply non_ascii_path() { return path_reply(mail::Errc::non_ascii, {}); }

bool has_utf8(const std::vector<Parameter>& parameters) noexcept {
  return std::ranges::any_of(parameters, [](const Parameter& parameter) {
    return parameter.value && !mail::is_ascii(*parameter.value);
  });
}

/// Drops "FROM:" or "TO:" in any case; RFC 5321 §3.3 allows no space on either side of the colon.
bool take_keyword(std::string_view& text, std::string_view keyword) noexcept {
  if (!ascii::iequals(text.substr(0, keyword.size()), keyword)) return false;
  text.remove_prefix(keyword.size());
  return true;
}

/// Parts the next parameter from `text`; none if its form is wrong (RFC 5321 §4.1.2: "=" and
/// octets 33 to 126 without "="). Octets over 127 pass here: they are for the rule to judge.
std::optional<Parameter> take_parameter(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  const std::size_t equals = word.find('=');
  const std::string_view keyword = word.substr(0, equals);
  const auto in_keyword = [](char c) { return ascii::is_alnum(c) || c == '-'; };
  if (keyword.empty() || keyword.front() == '-') return std::nullopt;
  if (!std::all_of(keyword.begin(), keyword.end(), in_keyword)) return std::nullopt;
  Parameter parameter{ascii::upper(keyword), std::nullopt};
  if (equals == std::string_view::npos) return parameter;
  const std::string_view value = word.substr(equals + 1);
  const auto in_value = [](char c) { return !ascii::is_control(c) && c != ' ' && c != '='; };
  if (value.empty() || !std::all_of(value.begin(), value.end(), in_value)) return std::nullopt;
  parameter.value = value;
  return parameter;
}

std::optional<Reply> apply_rule(const Parameter& parameter, const ParameterRule& rule,
                                Arguments& arguments, const Limits& limits) {
  const bool broken =
      parameter.value ? rule.value == ValueRule::none : rule.value == ValueRule::required;
  if (broken) {
    return Reply{
        code::arg_syntax_error,
        "5.5.4 " + rule.keyword + (parameter.value ? " takes no value" : " wants a value")};
  }
  if (!rule.read) return std::nullopt;
  return rule.read(parameter.value ? std::string_view{*parameter.value} : std::string_view{},
                   arguments, limits);
}

/// Reads *( SP parameter ) to the end of `text`. Each may stand once.
std::optional<Reply> read_parameters(std::string_view text, std::string_view verb,
                                     const Dialect& dialect, Arguments& arguments,
                                     std::vector<Parameter>& parameters) {
  while (!text.empty()) {
    if (!text.starts_with(' ')) return Reply{code::arg_syntax_error, "5.5.4 a space goes there"};
    text.remove_prefix(1);
    std::optional<Parameter> parameter = take_parameter(text);
    if (!parameter) return syntax_error_in_parameters();
    const ParameterRule* const rule = dialect.find_parameter(verb, parameter->keyword);
    const bool may_be_utf8 = rule != nullptr && rule->takes_utf8 && dialect.offers("SMTPUTF8");
    if (parameter->value && !mail::is_ascii(*parameter->value) && !may_be_utf8) {
      return syntax_error_in_parameters();
    }
    // RFC 5321 §4.1.1.11.
    if (rule == nullptr) {
      return Reply{code::parameter_unknown, "5.5.4 unknown parameter " + parameter->keyword};
    }
    const auto same = [&](const Parameter& other) { return other.keyword == parameter->keyword; };
    if (std::any_of(parameters.begin(), parameters.end(), same)) {
      return Reply{code::arg_syntax_error, "5.5.4 " + parameter->keyword + " stands twice"};
    }
    if (auto wrong = apply_rule(*parameter, *rule, arguments, dialect.limits())) return wrong;
    parameters.push_back(*std::move(parameter));
  }
  return std::nullopt;
}

}  // namespace

Parsed mail_grammar(std::string_view argument, const Dialect& dialect) {
  if (!take_keyword(argument, "FROM:")) {
    return Reply{code::arg_syntax_error, "5.5.4 syntax: MAIL FROM:<reverse-path> [parameters]"};
  }
  auto path = path_at(mail::reverse_path_at, argument, dialect);
  if (!path) return path_reply(path.error(), "5.1.7");
  argument.remove_prefix(path->size);
  Arguments arguments{MailArguments{.sender = std::move(path->path)}};
  std::vector<Parameter> parameters;
  if (auto wrong = read_parameters(argument, "MAIL", dialect, arguments, parameters)) {
    return *std::move(wrong);
  }
  auto& mail = std::get<MailArguments>(arguments);
  // RFC 6531 §3.4, §3.5: what allows UTF-8 stands behind the path.
  if (!mail.smtputf8 && mail.sender && !mail.sender->is_ascii()) return non_ascii_path();
  if (!mail.smtputf8 && has_utf8(parameters)) return syntax_error_in_parameters();
  mail.parameters = std::move(parameters);
  return arguments;
}

Parsed rcpt_grammar(std::string_view argument, const Dialect& dialect) {
  if (!take_keyword(argument, "TO:")) {
    return Reply{code::arg_syntax_error, "5.5.4 syntax: RCPT TO:<forward-path> [parameters]"};
  }
  auto path = path_at(mail::forward_path_at, argument, dialect);
  if (!path) return path_reply(path.error(), "5.1.3");
  argument.remove_prefix(path->size);
  Arguments arguments{RcptArguments{.recipient = std::move(path->path)}};
  if (argument.empty()) return arguments;
  std::vector<Parameter> parameters;
  if (auto wrong = read_parameters(argument, "RCPT", dialect, arguments, parameters)) {
    return *std::move(wrong);
  }
  std::get<RcptArguments>(arguments).parameters = std::move(parameters);
  return arguments;
}

std::optional<Reply> needs_smtputf8(const Arguments& arguments) {
  const auto* const rcpt = std::get_if<RcptArguments>(&arguments);
  if (rcpt == nullptr) return std::nullopt;
  if (!rcpt->recipient.is_ascii()) return non_ascii_path();             // RFC 6531 §3.5
  if (has_utf8(rcpt->parameters)) return syntax_error_in_parameters();  // RFC 6533 §3
  return std::nullopt;
}

}  // namespace quoth::smtp
