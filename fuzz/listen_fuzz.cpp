// Addresses to listen on, as a configuration has them: whatever is read as one is written so that
// it is read again as the same.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>

#include "net/address.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quoth::net;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  try {
    const Address address = Address::parse(text);
    QUOTH_ASSERT(address.is_unix() == text.starts_with("unix:"));
    if (!address.inherited.empty()) {
      QUOTH_ASSERT(text == "fd:" + address.inherited && !address.is_unix());
      return 0;
    }
    const HostPort name = host_port(address.endpoint);
    if (address.is_unix()) {
      QUOTH_ASSERT(address.path == text.substr(5) && name.host.empty());
      return 0;
    }
    const std::string written = name.to_string();
    QUOTH_ASSERT(host_port(Address::parse(written).endpoint).to_string() == written);
  } catch (const std::invalid_argument& error) {
    QUOTH_ASSERT(std::string_view{error.what()}.starts_with("cannot listen on"));
  }
  return 0;
}
