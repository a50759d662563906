#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "conform/places.hpp"
#include "conform/situation.hpp"
#include "conform/wire.hpp"

namespace quoth::conform {

/// Sees each reply that comes, with the case it came in.
using ReplySeen = std::function<void(const Case&, const Reply&)>;

inline constexpr unsigned auth_success = 235;

/// Plays one case against the server, on a connection of its own.
class Player {
 public:
  /// All that is referred to must outlive the player. `places` adds to those of the situation.
  Player(const net::Executor& executor, const Situation& situation, const Case& played,
         const ReplySeen& seen);

  /// Call it once.
  [[nodiscard]] Awaitable<Outcome> play(std::string mark, std::string mark2);

 private:
  enum class Next : std::uint8_t { go_on, stop };

  [[nodiscard]] Awaitable<Next> perform(const Step& step);
  [[nodiscard]] Awaitable<Next> exchange(const Step& step);
  [[nodiscard]] Awaitable<Next> send(const Step& step);
  [[nodiscard]] Awaitable<Next> receive(const Step& step);
  [[nodiscard]] Awaitable<Next> connect(const Step& step);
  [[nodiscard]] Awaitable<Next> look_alive();
  [[nodiscard]] Awaitable<Next> start_tls(const Step& step);
  [[nodiscard]] Awaitable<Next> no_tls(const Step& step);
  [[nodiscard]] Awaitable<Next> closes();
  [[nodiscard]] Awaitable<Next> scram(const Step& step);
  [[nodiscard]] Awaitable<Wire::Received> answer_to(std::string line);
  [[nodiscard]] std::string channel_octets(const Scram& how) const;
  Next judge_end(const Step& step, const Wire::Received& received);
  [[nodiscard]] bool logs_in() const;
  void hide_secrets();

  [[nodiscard]] bool applies(const Step& step) const;
  /// What stands in a place; 0: it is none, or no number.
  [[nodiscard]] std::size_t number_of(std::string_view place) const;
  [[nodiscard]] std::size_t repeats(const Step& step, std::size_t octets) const;
  Next judge(const Step& step, const Reply& reply);
  Next miss(const Step& step, std::string problem);
  Next fail(std::string detail);
  Next skip(Outcome::Skip why, std::string detail);

  net::Executor executor_;
  const Situation& situation_;
  const Case& case_;
  const ReplySeen& seen_;
  Places places_;
  Outcome outcome_;
  Wire wire_;
  std::unique_ptr<net::TlsClient> tls_client_;  // of the last handshake of a step
  std::string last_reply_;
  bool has_said_quit_ = false;
  bool has_logged_in_ = false;
};

/// The steps that lead to `stage`, all of them given.
[[nodiscard]] Steps steps_to(Stage stage);

}  // namespace quoth::conform
