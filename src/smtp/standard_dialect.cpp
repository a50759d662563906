#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/extensions.hpp>

#include "smtp/standard.hpp"

namespace quoth::smtp {

void define_standard_extensions(Dialect& dialect) {
  // What the protocol does by itself. EHLO lists them in this order.
  dialect.define(extension::pipelining());
  dialect.define(extension::size());
  dialect.define(extension::eight_bit_mime());
  dialect.define(extension::enhanced_status_codes());
  dialect.define(extension::chunking());
  dialect.define(extension::binary_mime());
  dialect.define(extension::smtputf8());
  dialect.define(extension::limits());

  // What somebody else has to honour: whoever does offers it.
  dialect.know(extension::dsn());
  dialect.know(extension::deliver_by());
  dialect.know(extension::mt_priority());
  dialect.know(extension::future_release());
  dialect.know(extension::rrvs());
  dialect.know(extension::etrn());
  dialect.know(extension::require_tls());
  dialect.know(extension::start_tls());
  dialect.know(extension::auth());
  dialect.know(extension::xclient());
  dialect.know(extension::xforward());
}

Dialect standard_dialect(Limits limits, Protocol protocol) {
  Dialect dialect{limits, protocol};
  define_standard_verbs(dialect);
  define_standard_extensions(dialect);
  return dialect;
}

}  // namespace quoth::smtp
