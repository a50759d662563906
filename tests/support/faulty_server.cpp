#include "support/faulty_server.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quoth::test {

/// One dialogue.
class FaultyServer::Client {
 public:
  Client(FaultyServer& server, int socket) : server_{server}, socket_{socket} {}

  void talk() {
    if (!faults().has_no_greeting) reply("220 bad.local.test ESMTP");
    while (const std::optional<std::string> line = read_until("\r\n")) {
      if (!answer_parts(*line)) break;
    }
    ::shutdown(socket_, SHUT_RDWR);
  }

 private:
  [[nodiscard]] const Faults& faults() const { return server_.faults_; }

  void reply(std::string text) const {
    if (is_quiet_) return;
    text += faults().ends_replies_with_lf ? "\n" : "\r\n";
    static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
  }

  bool read_more() {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count > 0) input_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  /// What stands ahead of `end`, which is taken away, too.
  std::optional<std::string> read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = input_.find(end)) == std::string::npos) {
      if (!read_more()) return std::nullopt;
      if (faults().takes_packets_for_lines && end == "\r\n" && !input_.ends_with(end)) {
        return std::exchange(input_, {});
      }
    }
    std::string result = input_.substr(0, at);
    input_.erase(0, at + end.size());
    return result;
  }

  bool answer_parts(std::string line) {
    constexpr std::size_t buffer_octets = 512;
    while (faults().cuts_long_lines && line.size() > buffer_octets) {
      if (!answer(line.substr(0, buffer_octets))) return false;
      line.erase(0, buffer_octets);
    }
    return answer(line);
  }

  /// False: the dialogue has ended.
  bool answer(const std::string& line) {
    const std::string verb = line.substr(0, line.find(' '));
    if (verb == "QUIT") is_quiet_ = false;
    if (verb == "EHLO" || verb == "HELO") {
      has_mail_ = has_rcpt_ = false;
      has_hello_ = true;
      hello(verb, line);
    } else if (verb == "MAIL") {
      mail(line);
    } else if (verb == "RCPT") {
      return rcpt(line);
    } else if (verb == "DATA") {
      return data();
    } else if (verb == "RSET" && line != verb) {
      reply("501 alone");
    } else if (verb == "RSET" || (verb == "NOOP" && !faults().says_bye_to_noop)) {
      has_mail_ = has_mail_ && verb == "NOOP";
      has_rcpt_ = has_rcpt_ && verb == "NOOP";
      reply("250 OK");
    } else if (verb == "QUIT" || (verb == "NOOP" && faults().says_bye_to_noop)) {
      reply("221 bye");
      return false;
    } else {
      reply(faults().says_lines_back ? "500 what? " + line : "500 what?");
    }
    return true;
  }

  void hello(const std::string& verb, const std::string& line) const {
    const std::string name =
        "bad.local.test" + (faults().says_lines_back ? " greets " + line : std::string{});
    if (verb == "HELO") return reply("250 " + name);
    const std::string limits =
        faults().forgets_its_limits ? "250-LIMITS RCPTMAX=3 MAILMAX=3\r\n" : "";
    reply("250-" + name + "\r\n" + limits + "250 PIPELINING");
  }

  void mail(const std::string& line) {
    if (!has_hello_ && !faults().forgets_order) return reply("503 EHLO first");
    if (line.find('<') == std::string::npos) return reply("501 no path");
    if (faults().refuses_mail) return reply("550 not from you");
    if (has_mail_) return reply("503 one at a time");
    has_mail_ = true;
    reply("250 OK");
  }

  bool rcpt(const std::string& line) {
    if (faults().says_421_to_rcpt) {
      reply("421 later");
      return false;
    }
    const bool is_ours = line == "RCPT TO:<ann@local.test>" || line == "RCPT TO:<Postmaster>";
    if (!has_mail_ && !faults().forgets_order) {
      reply("503 MAIL first");
    } else if (is_ours || faults().takes_any_recipient) {
      has_rcpt_ = true;
      reply("250 OK");
    } else {
      reply("550 nobody");
    }
    return true;
  }

  bool data() {
    if (!has_rcpt_ && !faults().forgets_order) {
      reply("503 RCPT first");
      return true;
    }
    reply("354 go on");
    const std::optional<std::string> text = read_text();
    if (!text) return false;
    has_mail_ = has_rcpt_ = false;
    store(*text);
    if (!faults().never_answers_text) reply("250 OK");
    if (faults().hides_smuggled_replies && input_.starts_with("MAIL")) is_quiet_ = true;
    return true;
  }

  std::optional<std::string> read_text() {
    input_.insert(0, "\r\n");  // that of the DATA line
    const bool is_lax = faults().ends_text_at_lf_dot || faults().hides_smuggled_replies;
    std::optional<std::string> text = read_until(is_lax ? "\n.\r\n" : "\r\n.\r\n");
    if (!text && faults().keeps_cut_text) return input_;
    return text;
  }

  void store(const std::string& text) {
    if (server_.folder_.empty()) return;
    std::ofstream{server_.folder_ + "/" + std::to_string(++server_.stored_count_), std::ios::binary}
        << text << "\r\n";
  }

  FaultyServer& server_;
  int socket_;
  std::string input_;
  bool has_hello_ = false;
  bool has_mail_ = false;
  bool has_rcpt_ = false;
  bool is_quiet_ = false;
};

FaultyServer::FaultyServer(Faults faults, std::string folder)
    : faults_{faults}, folder_{std::move(folder)} {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  if (::bind(socket_, address, size) != 0 || ::listen(socket_, 64) != 0 ||
      ::getsockname(socket_, address, &size) != 0) {
    throw std::system_error{errno, std::generic_category(), "a faulty server"};
  }
  port_ = ntohs(where.sin_port);
  acceptor_ = std::jthread{[this] { accept_clients(); }};
}

FaultyServer::~FaultyServer() {
  ::shutdown(socket_, SHUT_RDWR);
  acceptor_.join();
  for (const int client : clients_) ::shutdown(client, SHUT_RDWR);
  threads_.clear();
  for (const int client : clients_) ::close(client);
  ::close(socket_);
}

std::string FaultyServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

void FaultyServer::accept_clients() {
  while (true) {
    const int client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    clients_.push_back(client);
    threads_.emplace_back([this, client] { Client{*this, client}.talk(); });
  }
}

}  // namespace quoth::test
