#include "bench/tally.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace quoth::bench {
namespace {

constexpr std::size_t max_kinds = 32;
constexpr std::size_t max_reply_octets = 200;
constexpr std::string_view others = "(other replies)";

}  // namespace

void Tally::note(std::string_view command, std::string_view reply, std::uint64_t count) {
  reply = reply.substr(0, std::min(reply.find_first_of("\r\n"), max_reply_octets));
  const auto find = [&] {
    return std::ranges::find_if(unexpected, [&](const Unexpected& each) {
      return each.command == command && each.reply == reply;
    });
  };
  auto found = find();
  if (found == unexpected.end() && unexpected.size() >= max_kinds) {
    reply = others;
    found = find();
  }
  if (found == unexpected.end()) {
    unexpected.push_back({std::string{command}, std::string{reply}, count});
  } else {
    found->count += count;
  }
}

void Tally::merge(const Tally& other) {
  messages += other.messages;
  failed += other.failed;
  connections += other.connections;
  handshakes += other.handshakes;
  resumptions += other.resumptions;
  behind += other.behind;
  lateness = std::max(lateness, other.lateness);
  last = std::max(last, other.last);
  latency.merge(other.latency);
  for (const Unexpected& each : other.unexpected) note(each.command, each.reply, each.count);
}

}  // namespace quoth::bench
