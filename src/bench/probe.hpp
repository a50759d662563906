#pragma once

#include <atomic>
#include <string_view>

#include "bench/options.hpp"
#include "bench/script.hpp"

namespace quoth::bench {

/// Whether the answer to EHLO offers an extension, and with `parameter` also that one of its words.
[[nodiscard]] bool offers(std::string_view hello, std::string_view extension,
                          std::string_view parameter = {}) noexcept;

/// Opens one connection as the load will, and looks whether the server can do what is wanted.
/// @throws Unmeasurable: it cannot, or cannot be reached.
void probe(const Options& options, const Script& script, const std::atomic<bool>& is_stopped);

}  // namespace quoth::bench
