#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace quoth::delivery::maildir {

/// The unique name of a message in a Maildir: "SECONDS.MmicrosPpidQcounter.HOST". "/" and ":" of the
/// host name become "\057" and "\072", as the Maildir format wants it. Any thread.
[[nodiscard]] std::string unique_name(std::string_view hostname);

/// The process that made `name`; none if it is not a name of ours at `hostname`.
[[nodiscard]] std::optional<pid_t> maker_of(std::string_view name, std::string_view hostname);

}  // namespace quoth::delivery::maildir
