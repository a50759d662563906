#pragma once

#include <quoth/smtp/dialect.hpp>

namespace quoth::smtp {

/// HELO, EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT, HELP, VRFY and EXPN (RFC 5321 §4.1.1).
void define_standard_verbs(Dialect& dialect);

/// Offers the extensions that the protocol keeps by itself, and lets `dialect` know the others.
void define_standard_extensions(Dialect& dialect);

}  // namespace quoth::smtp
