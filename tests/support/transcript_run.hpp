#pragma once

#include <string>

#include "support/transcript.hpp"

namespace quoth::test {

/// Holds the conversation in step, each reply before the client goes on; then with all that the
/// client says at once, octet by octet, and cut in two at every octet.
/// @returns the dialogue and where it went wrong; empty if all came out as written, each time.
[[nodiscard]] std::string play(const Transcript& transcript);

}  // namespace quoth::test
