// Replies of any octets, cut anywhere: whole and in parts they are the same, and none is lost.
//
// Input: one octet says how long the parts are, the rest is what a server sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/assert.hpp>

#include "bench/reply_reader.hpp"

namespace {

using namespace quoth::bench;

struct Kept {
  unsigned code;
  Defect defect;
  std::string octets;

  friend bool operator==(const Kept&, const Kept&) = default;
};

std::vector<Kept> read(std::string_view octets, std::size_t part) {
  ReplyReader reader;
  std::vector<Kept> result;
  while (!octets.empty()) {
    std::string_view input = octets.substr(0, part);
    octets.remove_prefix(input.size());
    while (const std::optional<Reply> reply = reader.next(input)) {
      result.push_back({reply->code, reply->defect, std::string{reply->octets}});
    }
    QUOTH_ASSERT(input.empty());
  }
  return result;
}

void check(const Kept& reply) {
  QUOTH_ASSERT(reply.code == 0 || (reply.code >= 200 && reply.code <= 559));
  QUOTH_ASSERT(reply.code != 0 || reply.defect != Defect::none);
  QUOTH_ASSERT(reply.defect != Defect::none || reply.octets.ends_with("\r\n"));
  QUOTH_ASSERT(describe(reply.defect).empty() == (reply.defect == Defect::none));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What is given up for its length is cut where the parts are.
  if (size == 0 || size > 60'000) return 0;
  const std::string_view octets{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::vector<Kept> whole = read(octets, octets.size());
  QUOTH_ASSERT(whole == read(octets, std::size_t{1} + data[0] % 16));
  std::string all;
  for (const Kept& reply : whole) {
    check(reply);
    all += reply.octets;
  }
  QUOTH_ASSERT(octets.starts_with(all));
  return 0;
}
