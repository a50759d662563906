#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/options.hpp"

namespace quoth::bench {

/// A reply that is due.
struct Expected {
  std::string_view command;  ///< What it is the answer to.
  unsigned code = 250;
  unsigned other = 0;  ///< Is as good; 0: none is.

  [[nodiscard]] bool fits(unsigned got) const noexcept { return got == code || got == other; }
};

/// What is written at once, and the replies that are awaited before the next step.
struct Step {
  enum class After : std::uint8_t { next, start_tls };

  std::string octets;  ///< Empty: the server speaks first.
  std::vector<Expected> replies;
  After after = After::next;
};

/// All that a connection says, made once and shared by all of them. The octets of a step lie in one
/// piece, so that each is one write.
struct Script {
  std::vector<Step> opening;  ///< From the greeting to where MAIL may come.
  std::vector<Step> message;
  Step quit;

  [[nodiscard]] static Script of(const Options& options);
};

/// The text of a message, of just that many octets; its lines end with CRLF and none begins with a
/// dot. `size` is at least least_text_size().
[[nodiscard]] std::string make_text(const Options& options, std::size_t size);

/// The header section, and two empty lines.
[[nodiscard]] std::size_t least_text_size(const Options& options);

}  // namespace quoth::bench
