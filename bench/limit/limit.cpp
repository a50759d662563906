// The least that a server on this machine can spend on a message: a loop over epoll that parses
// nothing, checks nothing and keeps nothing. What Quoth spends is told as a ratio to it.
//
//   limit --port N [--ready-file FILE] [--threads N] [--cert FILE --key FILE [--implicit]]
//
// Port 0 is one that the system chooses; the ready file, of the form that `quoth serve
// --ready-file` writes, says which. With a certificate it offers STARTTLS, or takes TLS from the
// first octet. It knows OpenSSL and system calls by itself, and nothing of src/, on purpose: a
// limit that shared code with what it measures would move with it.

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "bench/limit/loop.hpp"

namespace {

struct Options {
  int port = 0;
  int threads = 1;
  bool implicit = false;
  std::string ready_file;
  std::string certificate;
  std::string key;
};

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error{what}; }

[[noreturn]] void fail_by_system(const std::string& what) {
  fail(what + ": " + std::generic_category().message(errno));
}

int number(std::string_view text, int most) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most) {
    fail("`" + std::string{text} + "` is no number from 0 to " + std::to_string(most));
  }
  return value;
}

Options read_options(const std::vector<std::string_view>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view name = words[i];
    if (name == "--implicit") {
      options.implicit = true;
      continue;
    }
    if (++i == words.size()) fail(std::string{name} + " wants a value");
    if (name == "--port") {
      options.port = number(words[i], 65535);
    } else if (name == "--threads") {
      options.threads = number(words[i], 64);
    } else if (name == "--ready-file") {
      options.ready_file = words[i];
    } else if (name == "--cert") {
      options.certificate = words[i];
    } else if (name == "--key") {
      options.key = words[i];
    } else {
      fail("unknown option " + std::string{name});
    }
  }
  return options;
}

SSL_CTX* load_tls(const Options& options) {
  if (options.certificate.empty()) return nullptr;
  SSL_CTX* context = ::SSL_CTX_new(::TLS_server_method());
  if (context == nullptr ||
      ::SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1 ||
      ::SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("cannot use " + options.certificate + " and " + options.key);
  }
  return context;
}

/// Listens on a loopback port. Several sockets may share one: the kernel deals connections out.
int listen_on(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (listener < 0 ||
      ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    fail_by_system("cannot listen on port " + std::to_string(port));
  }
  return listener;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

/// Written under another name first, so that whoever sees the file sees all of it.
void write_ready_file(const std::string& path, int port) {
  const std::string unfinished = path + ".tmp";
  std::ofstream file{unfinished};
  file << R"({"pid":)" << ::getpid() << R"(,"version":"","listeners":[{"server":"limit",)"
       << R"("address":"127.0.0.1:)" << port << R"(","host":"127.0.0.1","port":)" << port
       << "}]}\n";
  file.close();
  if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    fail_by_system("cannot write " + path);
  }
}

void allow_many_descriptors() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// Serves until a signal ends the process.
void serve(const Options& options) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  allow_many_descriptors();
  const limit::Tls tls{load_tls(options), options.implicit};
  std::vector<int> listeners{listen_on(options.port)};
  const int port = port_of(listeners.front());
  while (listeners.size() < static_cast<std::size_t>(options.threads)) {
    listeners.push_back(listen_on(port));
  }
  if (!options.ready_file.empty()) write_ready_file(options.ready_file, port);
  std::vector<std::thread> threads;
  threads.reserve(listeners.size());
  for (const int listener : listeners) {
    threads.emplace_back([listener, tls] { limit::Loop{listener, tls}.run(); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    serve(read_options({argv + 1, argv + argc}));
  } catch (const std::exception& failure) {
    std::cerr << "limit: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
