#pragma once

#include <vector>

#include "apps/quoth/config.hpp"
#include "apps/quoth/table_reader.hpp"

namespace quoth::app {

/// Where in the file the names stand that must fit each other.
struct ConfigPlaces {
  std::vector<Located> accepted;
  std::vector<Located> recipient_domains;
  std::vector<Region> listeners;
  std::vector<Region> relays;  ///< Of each listener, in their order, what says who may relay.
};

// Each reads one part of the file into `config`.

/// Before the listeners, which differ by what it says.
void read_tls(TableReader& root, Config& config);
void read_listeners(TableReader& root, Config& config, ConfigPlaces& places);
void read_recipients(TableReader& root, Config& config, ConfigPlaces& places);
void read_routes(TableReader& root, Config& config);
void read_limits(TableReader& root, Config& config);
void read_defences(TableReader& root, Config& config);
void read_log(TableReader& root, Config& config);

/// Reports what is right in itself and does not fit the rest: an accepted domain without a route,
/// recipients of a domain that nobody accepts, relaying that leads nowhere.
void check_config(const Config& config, const ConfigPlaces& places, Diagnostics& diagnostics);

}  // namespace quoth::app
