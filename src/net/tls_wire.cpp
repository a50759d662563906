#include "net/tls_wire.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>

#include <sys/socket.h>

namespace quoth::net {
namespace {

using MethodPtr = std::unique_ptr<BIO_METHOD, OpensslFree<BIO_meth_free>>;

TlsWire& wire_of(BIO* bio) noexcept { return *static_cast<TlsWire*>(BIO_get_data(bio)); }

int read_octets(BIO* bio, char* octets, std::size_t size, std::size_t* count) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  *count = 0;
  if (wire.is_drained) {
    BIO_set_retry_read(bio);
    return 0;
  }
  const ssize_t got = ::recv(wire.fd, octets, size, MSG_DONTWAIT);
  if (got > 0) {
    *count = static_cast<std::size_t>(got);
    wire.is_drained = *count < size || ++wire.reads >= TlsWire::max_reads;
    return 1;
  }
  if (got == 0) {
    wire.has_ended = true;
  } else if (errno == EAGAIN || errno == EINTR) {
    wire.is_drained = errno == EAGAIN;
    BIO_set_retry_read(bio);
  } else {
    wire.error = errno;
  }
  return 0;
}

int write_octets(BIO* bio, const char* octets, std::size_t size, std::size_t* count) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  *count = 0;
  const ssize_t taken = ::send(wire.fd, octets, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (taken >= 0) {
    *count = static_cast<std::size_t>(taken);
    return 1;
  }
  if (errno == EAGAIN || errno == EINTR) {
    BIO_set_retry_write(bio);
  } else {
    wire.error = errno;
  }
  return 0;
}

long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return wire_of(bio).has_ended ? 1 : 0;
    default: return 0;
  }
}

MethodPtr make_method() noexcept {
  MethodPtr method{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quoth socket")};
  if (!method) return method;
  BIO_meth_set_read_ex(method.get(), read_octets);
  BIO_meth_set_write_ex(method.get(), write_octets);
  BIO_meth_set_ctrl(method.get(), control);
  return method;
}

}  // namespace

BioPtr make_tls_bio(TlsWire& wire) noexcept {
  static const MethodPtr method = make_method();
  BioPtr bio{method ? BIO_new(method.get()) : nullptr};
  if (!bio) return bio;
  BIO_set_data(bio.get(), &wire);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace quoth::net
