// Replies of any octets, cut anywhere: whole and in parts they are the same replies.
//
// Input: one octet says how long the parts are, the rest is what a server sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/assert.hpp>

#include "conform/reply.hpp"

namespace {

using namespace quoth::conform;

struct Read {
  std::vector<Reply> replies;
  std::string rest;
};

Read read(std::string_view octets, std::size_t part) {
  ReplyReader reader;
  Read result;
  while (!octets.empty()) {
    reader.feed(octets.substr(0, part));
    octets.remove_prefix(std::min(part, octets.size()));
    while (std::optional<Reply> reply = reader.next()) {
      result.replies.push_back(*std::move(reply));
    }
  }
  result.rest = reader.pending();
  return result;
}

void check(const Reply& reply) {
  QUOTH_ASSERT(reply.code == 0 || (reply.code >= 200 && reply.code <= 559));
  QUOTH_ASSERT((reply.code == 0) <= reply.has(Defect::not_a_reply));
  QUOTH_ASSERT(!reply.lines.empty() && reply.octets.ends_with('\n'));
  const auto ends = std::ranges::count(reply.octets, '\n');
  QUOTH_ASSERT(static_cast<std::size_t>(ends) == reply.lines.size());
  for (const std::string& line : reply.lines) {
    QUOTH_ASSERT(line.find('\n') == std::string::npos);
    const std::optional<EnhancedCode> enhanced = parse_enhanced(line);
    QUOTH_ASSERT(!enhanced || (enhanced->subject <= 999 && enhanced->detail <= 999));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Read whole = read(octets, octets.size());
  const Read cut = read(octets, std::size_t{1} + data[0] % 16);
  QUOTH_ASSERT(whole.replies.size() == cut.replies.size() && whole.rest == cut.rest);
  std::string again;
  for (std::size_t i = 0; i < whole.replies.size(); ++i) {
    check(whole.replies[i]);
    QUOTH_ASSERT(whole.replies[i].octets == cut.replies[i].octets);
    QUOTH_ASSERT(whole.replies[i].defects == cut.replies[i].defects);
    again += whole.replies[i].octets;
  }
  QUOTH_ASSERT(again + whole.rest == octets);
  return 0;
}
