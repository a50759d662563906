#include "conform/dialogue.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace quoth::conform {

void Dialogue::add(Who who, std::string_view octets) {
  if (turns_.empty() || turns_.back().who != who || who == Who::note)
    turns_.push_back({who, {}, 0});
  Turn& turn = turns_.back();
  turn.size += octets.size();
  if (turn.octets.size() >= max_shown) return;
  std::string shown{octets.substr(0, max_shown - turn.octets.size())};
  for (const auto& [secret, name] : hidden_) {
    const std::size_t at = who == Who::client ? shown.find(secret) : std::string::npos;
    if (at != std::string::npos) shown.replace(at, secret.size(), name);
  }
  turn.octets += shown;
}

void Dialogue::hide(std::string secret, std::string name) {
  if (!secret.empty()) hidden_.emplace_back(std::move(secret), std::move(name));
}

}  // namespace quoth::conform
