#pragma once

#include "conform/case.hpp"

namespace quoth::conform {

/// The whole battery, in the order of its groups. A new group is a file in cases/, a line here, and
/// one in cases.cpp.
[[nodiscard]] Cases all_cases();

namespace cases {

[[nodiscard]] Cases greeting();
[[nodiscard]] Cases hello();
[[nodiscard]] Cases replies();
[[nodiscard]] Cases grammar();
[[nodiscard]] Cases verbs();
[[nodiscard]] Cases paths();
[[nodiscard]] Cases parameters();
[[nodiscard]] Cases order();
[[nodiscard]] Cases recipients();
[[nodiscard]] Cases data();
[[nodiscard]] Cases limits();
[[nodiscard]] Cases pipelining();
[[nodiscard]] Cases size();
[[nodiscard]] Cases body8();
[[nodiscard]] Cases smtputf8();
[[nodiscard]] Cases chunking();
[[nodiscard]] Cases dsn();
[[nodiscard]] Cases enhanced();
[[nodiscard]] Cases extensions();
[[nodiscard]] Cases smuggling();
[[nodiscard]] Cases injection();
[[nodiscard]] Cases relay();
[[nodiscard]] Cases robustness();
[[nodiscard]] Cases starttls();
[[nodiscard]] Cases handshake();
[[nodiscard]] Cases implicit();
[[nodiscard]] Cases requiretls();
[[nodiscard]] Cases auth();
/// Of the group "auth": those that log in.
[[nodiscard]] Cases logins();
[[nodiscard]] Cases scram_logins();
[[nodiscard]] Cases submission();
[[nodiscard]] Cases proxy();
[[nodiscard]] Cases xclient();
[[nodiscard]] Cases lmtp();

}  // namespace cases
}  // namespace quoth::conform
