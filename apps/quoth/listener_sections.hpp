#pragma once

#include "apps/quoth/config.hpp"
#include "apps/quoth/table_reader.hpp"

namespace quoth::app {

// Each reads some keys of a [[listener]], whose role and addresses are read already.

/// Key `tls`; says what is unwise about it.
void read_listener_tls(TableReader& table, Listener& listener, const TlsOptions& tls);
/// Key `relay`.
void read_relay(TableReader& table, Listener& listener);
/// Key `auth`, after `tls` and `relay`, which it has to fit.
void read_auth(TableReader& table, Listener& listener, const TlsOptions& tls);
/// Key `trust`.
void read_trust(TableReader& table, Listener& listener);
/// Key `senders`.
void read_senders(TableReader& table, Listener& listener);

}  // namespace quoth::app
