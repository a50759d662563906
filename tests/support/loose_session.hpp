#pragma once

#include <quoth/chains.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/server_protocol.hpp>

namespace quoth::support {

/// A session that is connected to nothing, for tests of handlers and chains.
struct LooseSession {
  smtp::Dialect dialect = smtp::standard_dialect({});
  smtp::ServerProtocol protocol{dialect};
  Chains chains;
  Session session{{}, protocol, chains};
};

}  // namespace quoth::support
