#pragma once

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>

#include "net/proxy_header.hpp"
#include "net/stream.hpp"

namespace quoth::net {

/// Reads the header of the PROXY protocol that a connection begins with, and not one octet of what
/// follows. A ProxyErrc says what is wrong with it, another error why no more came. It has no
/// deadline of its own: Stream::cancel() ends it.
[[nodiscard]] Awaitable<Result<ProxyHeader>> read_proxy_header(Stream& stream);

}  // namespace quoth::net
