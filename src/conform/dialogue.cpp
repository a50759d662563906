#include "conform/dialogue.hpp"

#include <string_view>

namespace quoth::conform {

void Dialogue::add(Who who, std::string_view octets) {
  if (turns_.empty() || turns_.back().who != who || who == Who::note)
    turns_.push_back({who, {}, 0});
  Turn& turn = turns_.back();
  turn.size += octets.size();
  if (turn.octets.size() < max_shown) {
    turn.octets += octets.substr(0, max_shown - turn.octets.size());
  }
}

}  // namespace quoth::conform
