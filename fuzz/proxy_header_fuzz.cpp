// Headers of the PROXY protocol: what comes of them depends on no cut, the parser asks for no octet
// that a shorter header would not have, and what it accepts is well-formed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include <quoth/assert.hpp>

#include "net/address.hpp"
#include "net/proxy_header.hpp"

namespace {

using quoth::Result;
using quoth::net::ProxyHeader;
using quoth::net::ProxyHeaderParser;

struct Outcome {
  std::optional<Result<ProxyHeader>> header;
  std::size_t taken = 0;
};

Outcome read(std::string_view octets, std::size_t piece) {
  ProxyHeaderParser parser;
  Outcome outcome;
  while (outcome.taken < octets.size()) {
    QUOTH_ASSERT(parser.wanted() > 0);
    const std::size_t size = std::min({piece, parser.wanted(), octets.size() - outcome.taken});
    Result<std::optional<ProxyHeader>> fed = parser.feed(octets.substr(outcome.taken, size));
    outcome.taken += size;
    if (fed && !*fed) continue;
    QUOTH_ASSERT(parser.wanted() == 0);
    outcome.header = fed ? Result<ProxyHeader>{**std::move(fed)} : fed.error();
    return outcome;
  }
  return outcome;
}

void check(const ProxyHeader& header) {
  if (header.addresses) {
    const bool has_name = !quoth::net::host_port(header.addresses->client).host.empty();
    QUOTH_ASSERT(has_name || header.addresses->client.protocol().family() == AF_UNIX);
  }
  QUOTH_ASSERT(header.authority.size() <= 255 && header.unique_id.size() <= 128);
  QUOTH_ASSERT(header.authority.find_first_of("\r\n ") == std::string_view::npos);
  if (header.tls && header.tls->client) {
    QUOTH_ASSERT(header.tls->client->common_name.find('\n') == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets{reinterpret_cast<const char*>(data), size};
  const Outcome whole = read(octets, size);
  const Outcome slow = read(octets, 1);
  QUOTH_ASSERT(whole.header.has_value() == slow.header.has_value());
  if (!whole.header) return 0;
  QUOTH_ASSERT(whole.header->has_value() == slow.header->has_value());
  if (!*whole.header) {
    QUOTH_ASSERT(whole.header->error() == slow.header->error());
    return 0;
  }
  QUOTH_ASSERT(whole.taken == slow.taken);
  check(**whole.header);
  // Nothing shorter is a header, and nothing behind it matters.
  QUOTH_ASSERT(!read(octets.substr(0, whole.taken - 1), size).header);
  QUOTH_ASSERT(read(octets.substr(0, whole.taken), size).taken == whole.taken);
  return 0;
}
