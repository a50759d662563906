#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace quoth::delivery::maildir {

/// The unique name of a message in a Maildir: "SECONDS.MmicrosPpidQcounter.HOST". "/" and ":" of
/// the host name become "\057" and "\072", as the Maildir format wants it. Any thread.
[[nodiscard]] std::string unique_name(std::string_view hostname);

/// Who made a name, and when.
struct Maker {
  pid_t process;
  std::int64_t microseconds;  ///< Since 1970.
};

/// The maker of `name`; none if it is not a name of ours at `hostname`.
[[nodiscard]] std::optional<Maker> maker_of(std::string_view name, std::string_view hostname);

/// Whether a file of that name in `tmp` is nobody's any more: its process is gone, or was an
/// earlier one of our number.
[[nodiscard]] bool is_orphan(const Maker& maker) noexcept;

}  // namespace quoth::delivery::maildir
