#pragma once

#include "conform/battery.hpp"
#include "conform/situation.hpp"

namespace quoth::conform {

/// What a run knows of its server before it has talked to it.
[[nodiscard]] Situation situation_of(const Options& options);

}  // namespace quoth::conform
