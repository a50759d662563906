#include "net/read_proxy_header.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace quoth::net {

Awaitable<Result<ProxyHeader>> read_proxy_header(Stream& stream) {
  ProxyHeaderParser parser;
  std::array<char, 512> buffer{};
  while (true) {
    const std::span<char> room{buffer.data(), std::min(parser.wanted(), buffer.size())};
    const Result<std::size_t> count = co_await stream.read_some(room);
    if (!count) co_return count.error();
    Result<std::optional<ProxyHeader>> parsed = parser.feed({buffer.data(), *count});
    if (!parsed) co_return parsed.error();
    if (*parsed) co_return *std::move(*parsed);
  }
}

}  // namespace quoth::net
