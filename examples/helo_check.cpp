// A plugin with state: only known hosts may say HELO. Any other gets 501, which ends the chain, so
// that the handlers behind it never see the client.
#include <atomic>
#include <cstddef>
#include <functional>
#include <iostream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/server.hpp>

namespace {

using quoth::Decision;
namespace event = quoth::event;

class HeloCheck final : public quoth::Plugin {
 public:
  /// A mistake in the settings stops the start.
  explicit HeloCheck(std::set<std::string, std::less<>> hosts) : hosts_{std::move(hosts)} {
    if (hosts_.empty()) throw std::invalid_argument("helo_check: nobody could ever connect");
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "helo_check"; }

  void attach(quoth::Chains& chains) override {
    chains.get<event::Helo>().append("helo_check", [this](event::Helo& h) { return check(h); });
  }

  [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

 private:
  Decision check(const event::Helo& helo) {
    if (hosts_.contains(helo.name)) return quoth::pass();
    ++refused_;
    return quoth::answer(quoth::smtp::code::arg_syntax_error, "5.7.1 I do not know you");
  }

  std::set<std::string, std::less<>> hosts_;
  std::atomic<std::size_t> refused_{0};  // a server may have several threads
};

}  // namespace

int main(int argc, char** argv) {
  quoth::Server server{{.listen = {argc > 1 ? argv[1] : "127.0.0.1:2525"}}};

  auto plugin = std::make_unique<HeloCheck>(
      std::set<std::string, std::less<>>{"client.example.org", "mail.example.org"});
  const HeloCheck& check = *plugin;
  server.use(std::move(plugin));

  // Comes after the plugin, and so hears of known hosts only.
  server.on<event::Helo>("welcome", [](event::Helo& helo) {
    std::cout << "welcome " << helo.name << std::endl;
    return quoth::accept("nice to see you");
  });

  const int exit_code = server.run();
  std::cout << "refused " << check.refused() << std::endl;
  return exit_code;
}
