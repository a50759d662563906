#include "support/faulty_tls_server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "core/base64.hpp"
#include "support/certificates.hpp"

namespace quoth::test {

struct FaultyTlsServer::Context {
  explicit Context(bool has_no_tickets) : ssl{SSL_CTX_new(TLS_server_method())} {
    const support::TestAuthority authority;
    const support::TestCertificate made = authority.issue({.common_name = "bad.local.test"});
    BIO* const certificate = BIO_new_mem_buf(made.certificate.data(), -1);
    BIO* const key = BIO_new_mem_buf(made.key.data(), -1);
    X509* const x509 = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    EVP_PKEY* const pkey = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    const bool is_good =
        SSL_CTX_use_certificate(ssl, x509) == 1 && SSL_CTX_use_PrivateKey(ssl, pkey) == 1;
    X509_free(x509);
    EVP_PKEY_free(pkey);
    BIO_free(certificate);
    BIO_free(key);
    if (!is_good) throw std::runtime_error{"no certificate for a faulty server"};
    SSL_CTX_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (!has_no_tickets) return;
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 0);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { SSL_CTX_free(ssl); }

  SSL_CTX* ssl;
};

/// One dialogue.
class FaultyTlsServer::Client {
 public:
  Client(FaultyTlsServer& server, int socket)
      : faults_{server.faults_}, server_{server}, socket_{socket} {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { SSL_free(ssl_); }

  void talk() {
    if (!server_.is_implicit_ || shake_hands()) {
      reply("220 bad.local.test ESMTP");
      while (const std::optional<std::string> line = read_line()) {
        if (!answer(*line)) break;
      }
    }
    if (ssl_ != nullptr && is_secure_) SSL_shutdown(ssl_);
    ::shutdown(socket_, SHUT_RDWR);
  }

 private:
  void reply(std::string text) {
    text += "\r\n";
    if (is_secure_) {
      SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
    } else {
      static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
    }
  }

  std::optional<std::string> read_line() {
    std::size_t at = 0;
    while ((at = input_.find("\r\n")) == std::string::npos) {
      std::array<char, 4096> buffer{};
      const auto count = is_secure_ ? SSL_read(ssl_, buffer.data(), buffer.size())
                                    : ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (count <= 0) return std::nullopt;
      input_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    std::string line = input_.substr(0, at);
    input_.erase(0, at + 2);
    return line;
  }

  /// Whether the dialogue goes on.
  bool shake_hands() {
    if (!faults_.keeps_clear_text) input_.clear();
    if (faults_.takes_old_tls) {  // the beginning of a ServerHello, to whatever came
      char octet = 0;
      static_cast<void>(::recv(socket_, &octet, 1, MSG_PEEK));
      static_cast<void>(::send(socket_, "\x16\x03\x01", 3, MSG_NOSIGNAL));
      return false;
    }
    ssl_ = SSL_new(server_.context_->ssl);
    SSL_set_fd(ssl_, socket_);
    is_secure_ = SSL_accept(ssl_) == 1;
    if (is_secure_) return true;
    if (faults_.goes_on_in_clear) reply("500 what?");
    if (faults_.keeps_broken) await_end();
    return false;
  }

  void await_end() {
    char octet = 0;
    while (::recv(socket_, &octet, 1, 0) > 0) {
    }
    ::usleep(1'000'000);
  }

  /// False: the dialogue has ended.
  bool answer(const std::string& line) {
    const std::string verb = line.substr(0, line.find(' '));
    if (verb == "EHLO") return hello();
    if (verb == "HELO") return say("250 bad.local.test");
    if (verb == "STARTTLS") return starttls();
    if (verb == "AUTH") return auth(line);
    if (verb == "MAIL") return mail(line);
    if (verb == "RCPT") return rcpt(line);
    if (verb == "XCLIENT" && faults_.takes_any_xclient) return say("220 bad.local.test ESMTP");
    if (verb == "PROXY" && faults_.takes_any_proxy) return true;
    if (verb == "DATA") return data();
    if (verb == "RSET") has_mail_ = has_rcpt_ = false;
    if (verb == "NOOP" || verb == "RSET") return say("250 OK");
    if (verb == "QUIT") return !say("221 bye");
    return say("500 what?");
  }

  bool say(std::string text) {
    reply(std::move(text));
    return true;
  }

  bool hello() {
    has_hello_ = true;
    has_mail_ = has_rcpt_ = false;
    const bool has_starttls =
        !server_.is_implicit_ && (!is_secure_ || faults_.lists_starttls_again);
    const bool has_plain = is_secure_ || faults_.shows_passwords;
    return say(std::string{"250-bad.local.test\r\n"} + (has_starttls ? "250-STARTTLS\r\n" : "") +
               (has_plain ? "250-AUTH PLAIN\r\n" : "") + "250 PIPELINING");
  }

  bool starttls() {
    if (is_secure_) return say("503 TLS is there");
    reply("220 go on");
    if (!shake_hands()) return false;
    if (!faults_.keeps_dialogue) has_hello_ = has_mail_ = has_rcpt_ = false;
    return true;
  }

  bool mail(const std::string& line) {
    if (!has_hello_) return say("503 EHLO first");
    if (!faults_.needs_no_login && !is_known_) return say("530 AUTH first");
    has_mail_ = true;
    is_vouched_ = line.find("AUTH=") != std::string::npos;
    return say("250 OK");
  }

  bool rcpt(const std::string& line) {
    if (!has_mail_) return say("503 MAIL first");
    const bool is_ours = line == "RCPT TO:<ann@local.test>";
    const bool may_relay = is_known_ || (is_vouched_ && faults_.relays_for_auth);
    if (!is_ours && !may_relay) return say("550 nobody");
    has_rcpt_ = true;
    return say("250 OK");
  }

  bool data() {
    if (!has_rcpt_) return say("503 RCPT first");
    reply("354 go on");
    std::optional<std::string> line;
    do {
      line = read_line();
      if (!line) return false;
    } while (*line != ".");
    has_mail_ = has_rcpt_ = false;
    return say("250 OK");
  }

  bool auth(const std::string& line) {
    if (!is_secure_ && !faults_.shows_passwords) return say("538 TLS first");
    if (is_known_ && !faults_.takes_second_login) return say("503 once");
    if (has_mail_ && !faults_.takes_login_in_mail) return say("503 not now");
    if (!line.starts_with("AUTH PLAIN")) return say("504 unknown");
    std::string response{std::string_view{line}.substr(10)};
    if (response.empty()) {
      reply(faults_.has_bare_334 ? "334" : "334 ");
      std::optional<std::string> answer = read_line();
      if (!answer) return false;
      response = *std::move(answer);
      if (response == "*" && !faults_.ignores_cancel) return say("501 cancelled");
    } else {
      response.erase(0, 1);
    }
    return say(judge(response));
  }

  std::string judge(std::string_view response) {
    const std::optional<std::string> message =
        decode_base64(response == "=" ? std::string_view{} : response);
    if (!message) return faults_.takes_any_base64 ? "535 wrong" : "501 no Base64";
    const std::size_t first = message->find('\0');
    const std::size_t second = message->find('\0', first + 1);
    if (first != 0 || second == std::string::npos) return "501 no PLAIN";
    const std::string user = message->substr(1, second - 1);
    std::string password = message->substr(second + 1);
    if (faults_.cuts_at_nul) password = password.c_str();
    if (user != "ann") return faults_.tells_unknown_users ? "535 who is that?" : "535 wrong";
    if (password != "secret") return "535 wrong";
    is_known_ = true;
    return "235 OK";
  }

  const TlsFaults& faults_;
  FaultyTlsServer& server_;
  int socket_;
  SSL* ssl_ = nullptr;
  std::string input_;
  bool is_secure_ = false;
  bool has_hello_ = false;
  bool has_mail_ = false;
  bool has_rcpt_ = false;
  bool is_known_ = false;
  bool is_vouched_ = false;
};

FaultyTlsServer::FaultyTlsServer(TlsFaults faults, bool is_implicit)
    : faults_{faults},
      is_implicit_{is_implicit},
      context_{std::make_unique<Context>(faults.has_no_tickets)} {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // OpenSSL writes without MSG_NOSIGNAL
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

FaultyTlsServer::~FaultyTlsServer() {
  ::shutdown(socket_, SHUT_RDWR);
  acceptor_.join();
  for (const int client : clients_) ::shutdown(client, SHUT_RDWR);
  threads_.clear();
  for (const int client : clients_) ::close(client);
  ::close(socket_);
}

std::string FaultyTlsServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

void FaultyTlsServer::accept_clients() {
  while (true) {
    const int client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    clients_.push_back(client);
    threads_.emplace_back([this, client] { Client{*this, client}.talk(); });
  }
}

}  // namespace quoth::test
