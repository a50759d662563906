#pragma once

#include <optional>
#include <string_view>

#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/reply.hpp>
#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// "FROM:<path> [parameters]" (RFC 5321 §4.1.1.2). The parameters are the dialect's.
[[nodiscard]] Parsed mail_grammar(std::string_view argument, const Dialect& dialect);

/// "TO:<path> [parameters]" (RFC 5321 §4.1.1.3). UTF-8 passes where the dialect offers SMTPUTF8:
/// whether the transaction has it is for needs_smtputf8().
[[nodiscard]] Parsed rcpt_grammar(std::string_view argument, const Dialect& dialect);

/// What is wrong with arguments of RCPT in a transaction without SMTPUTF8: nothing if they are
/// ASCII.
[[nodiscard]] std::optional<Reply> needs_smtputf8(const Arguments& arguments);

}  // namespace quoth::smtp
