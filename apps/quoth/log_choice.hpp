#pragma once

#include <memory>

#include <quoth/clock.hpp>
#include <quoth/log.hpp>

#include "apps/quoth/config.hpp"

namespace quoth::app {

/// Whether lines to `fd` are for people: asked for, or `fd` is a terminal.
[[nodiscard]] bool is_text_log(const LogConfig& config, int fd) noexcept;

/// The log that is asked for, to `fd`. Borrows both `fd` and `clock`.
[[nodiscard]] std::unique_ptr<Log> make_log(const LogConfig& config, int fd, const Clock& clock);

}  // namespace quoth::app
