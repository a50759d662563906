#include "net/tls_server.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

#include "net/tls_certificate.hpp"
#include "net/tls_context.hpp"
#include "net/tls_facts.hpp"

namespace quoth::net {
namespace {

/// What changes when a file does, or when somebody else may read it.
struct Stamp {
  bool exists = false;
  ino_t inode = 0;
  off_t size = 0;
  time_t modified_seconds = 0;
  long modified_nanoseconds = 0;
  time_t changed_seconds = 0;
  long changed_nanoseconds = 0;

  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const std::string& file) noexcept {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {true,
          facts.st_ino,
          facts.st_size,
          facts.st_mtim.tv_sec,
          facts.st_mtim.tv_nsec,
          facts.st_ctim.tv_sec,
          facts.st_ctim.tv_nsec};
}

std::vector<Stamp> stamps_of(const TlsOptions& options) {
  std::vector<Stamp> stamps;
  for (const CertificateFiles& files : options.certificates) {
    stamps.push_back(stamp_of(files.certificate));
    stamps.push_back(stamp_of(files.key));
  }
  if (!options.client_authorities.empty()) stamps.push_back(stamp_of(options.client_authorities));
  return stamps;
}

// A certificate that we have made has so long to go when it is made anew.
constexpr std::chrono::seconds renewal = std::chrono::hours{30 * 24};

// Files that could not be read are tried again: what stands in the way may be a folder above them,
// which shows in no stamp.
constexpr std::chrono::seconds retry_interval{60};

}  // namespace

struct TlsServer::Impl {
  TlsOptions options;
  std::string hostname;
  Now now;
  std::shared_ptr<TicketKeys> ticket_keys;
  std::atomic<std::size_t> handshakes{0};

  std::mutex reloading{};  // one reload at a time; guards what follows
  std::vector<Stamp> stamps{};
  std::string problem{};  // of the last reload; empty: there was none
  std::chrono::steady_clock::time_point next_try{};

  mutable std::mutex mutex{};  // guards the pointer
  std::shared_ptr<const TlsContexts> contexts{};

  std::shared_ptr<const TlsContexts> now_in_use() const {
    const std::lock_guard lock{mutex};
    return contexts;
  }
  void read();
  bool must_renew() const;
  bool is_reload_due() const;
  Reload reload();
};

void TlsServer::Impl::read() {
  // The stamps are taken first: files that change while they are read are read again.
  stamps = stamps_of(options);
  auto fresh = std::make_shared<const TlsContexts>(options, hostname, ticket_keys);
  const std::lock_guard lock{mutex};
  contexts = std::move(fresh);
}

bool TlsServer::Impl::must_renew() const {
  if (!options.certificates.empty()) return false;
  const std::shared_ptr<const TlsContexts> used = now_in_use();
  const X509* const certificate = SSL_CTX_get0_certificate(used->first());
  std::time_t limit = std::time(nullptr) + renewal.count();
  return X509_cmp_time(X509_get0_notAfter(certificate), &limit) < 0;
}

bool TlsServer::Impl::is_reload_due() const {
  if (!problem.empty() && now() >= next_try) return true;
  return stamps_of(options) != stamps || must_renew();
}

TlsServer::Reload TlsServer::Impl::reload() {
  try {
    read();
    problem.clear();
    return {.has_changed = true};
  } catch (const std::runtime_error& error) {
    problem = error.what();
    next_try = now() + retry_interval;
    return {.problem = problem};
  }
}

TlsServer::TlsServer(const TlsOptions& options, std::string_view hostname, Now now)
    : impl_{
          std::make_unique<Impl>(options, std::string{hostname}, now,
                                 std::make_shared<TicketKeys>(options.ticket_key_lifetime, now))} {
  impl_->read();
}

TlsServer::~TlsServer() = default;

TlsServer::Reload TlsServer::reload_if_changed() {
  const std::lock_guard lock{impl_->reloading};
  if (!impl_->is_reload_due()) return {};
  const std::string told = impl_->problem;
  Reload result = impl_->reload();
  if (result.problem == told) result.problem.reset();
  return result;
}

TlsServer::Reload TlsServer::reload() {
  const std::lock_guard lock{impl_->reloading};
  const bool is_self_made = impl_->stamps.empty();
  if (is_self_made && !impl_->must_renew()) return {};
  return impl_->reload();
}

bool TlsServer::begin_handshake() noexcept {
  if (impl_->handshakes.fetch_add(1) < impl_->options.handshakes) return true;
  impl_->handshakes.fetch_sub(1);
  return false;
}

bool TlsServer::is_crowded() const noexcept {
  return impl_->handshakes.load() > impl_->options.handshakes / 4 * 3;
}

bool TlsServer::has_room() const noexcept {
  return impl_->handshakes.load() < impl_->options.handshakes;
}

void TlsServer::end_handshake() noexcept { impl_->handshakes.fetch_sub(1); }

TlsServer::Description TlsServer::description() const {
  const std::shared_ptr<const TlsContexts> used = contexts();
  const X509* const certificate = SSL_CTX_get0_certificate(used->first());
  return {subject_of(certificate), host_names(certificate), fingerprint(certificate),
          impl_->options.certificates.empty()};
}

std::vector<std::string> TlsServer::warnings() const { return contexts()->warnings(); }

std::shared_ptr<const TlsContexts> TlsServer::contexts() const { return impl_->now_in_use(); }

}  // namespace quoth::net
