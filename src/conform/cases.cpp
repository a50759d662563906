#include "conform/cases.hpp"

#include <array>
#include <utility>

namespace quoth::conform {
namespace {

constexpr std::array groups{
    cases::greeting,  cases::hello,      cases::replies,    cases::grammar,      cases::verbs,
    cases::paths,     cases::parameters, cases::order,      cases::recipients,   cases::data,
    cases::limits,    cases::pipelining, cases::size,       cases::body8,        cases::smtputf8,
    cases::chunking,  cases::dsn,        cases::enhanced,   cases::extensions,   cases::smuggling,
    cases::injection, cases::relay,      cases::robustness, cases::starttls,     cases::handshake,
    cases::implicit,  cases::requiretls, cases::auth,       cases::scram_logins, cases::submission,
    cases::proxy,     cases::xclient,    cases::lmtp,
};

}  // namespace

Cases all_cases() {
  Cases all;
  for (const auto& group : groups) {
    for (Case& each : group()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform
