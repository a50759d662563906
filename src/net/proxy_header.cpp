#include "net/proxy_header.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/assert.hpp>

#include "net/proxy_versions.hpp"

namespace quoth::net {
namespace {

const char* text_of(ProxyErrc errc) noexcept {
  switch (errc) {
    case ProxyErrc::no_header: return "no PROXY header";
    case ProxyErrc::line_too_long: return "PROXY header longer than 107 octets";
    case ProxyErrc::bad_line: return "malformed PROXY header";
    case ProxyErrc::bad_version: return "PROXY header of an unknown version or command";
    case ProxyErrc::bad_family: return "PROXY header for something else than a stream";
    case ProxyErrc::too_long: return "PROXY header longer than 4096 octets";
    case ProxyErrc::too_short: return "PROXY header without its addresses";
    case ProxyErrc::bad_field: return "malformed field in a PROXY header";
    case ProxyErrc::repeated_field: return "repeated field in a PROXY header";
    case ProxyErrc::bad_checksum: return "PROXY header with a wrong checksum";
  }
  return "unknown PROXY error";
}

// Boost's base class has a protected destructor and friends, so the warning finds every category.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "quoth.proxy"; }
  [[nodiscard]] std::string message(int value) const override {
    return text_of(static_cast<ProxyErrc>(value));
  }
};
#pragma GCC diagnostic pop

bool may_be_block(std::string_view octets) noexcept {
  return proxy::v2_signature.starts_with(octets.substr(0, proxy::v2_signature.size()));
}

}  // namespace

error_code make_error_code(ProxyErrc errc) noexcept {
  static const Category category;
  return {static_cast<int>(errc), category};
}

Result<std::optional<ProxyHeader>> ProxyHeaderParser::feed(std::string_view octets) {
  QUOTH_ASSERT(octets.size() <= wanted_);
  octets_ += octets;
  wanted_ -= octets.size();
  Result<std::optional<ProxyHeader>> parsed = parse();
  if (!parsed) wanted_ = 0;
  return parsed;
}

Result<std::optional<ProxyHeader>> ProxyHeaderParser::parse() {
  if (proxy::may_be_line(octets_)) return parse_line();
  if (may_be_block(octets_)) return parse_block();
  return ProxyErrc::no_header;
}

Result<std::optional<ProxyHeader>> ProxyHeaderParser::parse_line() {
  if (octets_.find('\n') != std::string::npos) {
    // Since what is read is certain, the line's end is that of the octets, unless it is broken.
    wanted_ = 0;
    Result<ProxyHeader> header = proxy::read_line(octets_);
    if (!header) return header.error();
    return std::optional{*std::move(header)};
  }
  if (wanted_ > 0) return std::optional<ProxyHeader>{};
  wanted_ = proxy::missing_of_line(octets_);
  if (octets_.size() + wanted_ > longest_line) return ProxyErrc::line_too_long;
  return std::optional<ProxyHeader>{};
}

Result<std::optional<ProxyHeader>> ProxyHeaderParser::parse_block() {
  if (wanted_ > 0) return std::optional<ProxyHeader>{};
  if (octets_.size() < fixed_part_bytes) {
    wanted_ = fixed_part_bytes - octets_.size();
    return std::optional<ProxyHeader>{};
  }
  if (octets_.size() == fixed_part_bytes) {
    if (Result<void> good = proxy::check_fixed_part(octets_); !good) return good.error();
    wanted_ = proxy::block_size(octets_);
    if (wanted_ > 0) return std::optional<ProxyHeader>{};
  }
  Result<ProxyHeader> header = proxy::read_block(octets_);
  if (!header) return header.error();
  return std::optional{*std::move(header)};
}

}  // namespace quoth::net
