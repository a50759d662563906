#include "spool/file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quoth::spool {
namespace {

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

Result<void> check(int returned) noexcept {
  if (returned < 0) return last_error();
  return {};
}

/// Where file systems have no unnamed files: one whose name is gone at once.
int open_and_unlink(const std::string& directory) {
  std::string path = directory + "/quoth-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

}  // namespace

File::File(File&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<File> File::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return last_error();
  return File{fd};
}

Result<File> File::unnamed(const std::string& directory) {
  int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) fd = open_and_unlink(directory);
  if (fd < 0) return last_error();
  return File{fd};
}

Result<void> File::write(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t count = ::write(fd_, octets.data(), octets.size());
    if (count < 0 && errno != EINTR) return last_error();
    if (count > 0) octets.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> File::append_from(const File& source, std::uint64_t offset) {
  constexpr std::size_t piece_octets = std::size_t{256} << 10U;
  std::string piece(piece_octets, '\0');
  for (;;) {
    const ssize_t count =
        ::pread(source.fd_, piece.data(), piece.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_error();
    if (count == 0) return {};
    offset += static_cast<std::uint64_t>(count);
    const std::string_view got{piece.data(), static_cast<std::size_t>(count)};
    if (Result<void> written = write(got); !written) return written;
  }
}

Result<void> File::sync() { return check(::fsync(fd_)); }

Result<void> File::close() { return check(::close(std::exchange(fd_, -1))); }

Mapping::Mapping(Mapping&& other) noexcept : octets_{std::exchange(other.octets_, {})} {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(octets_, other.octets_);
  return *this;
}

Mapping::~Mapping() {
  // munmap takes what mmap gave; nobody wrote through it.
  if (!octets_.empty()) ::munmap(const_cast<char*>(octets_.data()), octets_.size());
}

Result<Mapping> Mapping::of(const File& file) {
  struct stat status {};
  if (::fstat(file.fd(), &status) < 0) return last_error();
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return Mapping{};
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd(), 0);
  if (start == MAP_FAILED) return last_error();
  return Mapping{std::string_view{static_cast<const char*>(start), size}};
}

}  // namespace quoth::spool
