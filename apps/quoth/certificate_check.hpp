#pragma once

#include "apps/quoth/config.hpp"
#include "apps/quoth/diagnostics.hpp"

namespace quoth::app {

/// Reads the files of [tls] as a server does at its start, and reports what is wrong with them,
/// naming the file and what to do. Reads each pair by itself, so that all that is broken is found.
/// Blocks.
void check_certificates(const Config& config, Diagnostics& diagnostics);

}  // namespace quoth::app
