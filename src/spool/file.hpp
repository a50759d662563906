#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/result.hpp>

namespace quoth::spool {

/// An open file, closed with its owner. All calls block: off the event loop with them.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  /// A new file for writing; an error if there is one of that name.
  [[nodiscard]] static Result<File> create(const std::string& path);
  /// A file without a name in `directory`, which vanishes with the process, whatever ends it.
  [[nodiscard]] static Result<File> unnamed(const std::string& directory);

  /// Writes all of it at the end.
  [[nodiscard]] Result<void> write(std::string_view octets);
  /// Appends what stands in `source` from `offset` on, a piece at a time.
  [[nodiscard]] Result<void> append_from(const File& source, std::uint64_t offset);
  /// Returns when all of it is on stable storage. An error is final: what was written may be lost,
  /// and calling again would not tell.
  [[nodiscard]] Result<void> sync();
  /// Ends the file's use; errors that the kernel held back come out here.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  explicit File(int fd) noexcept : fd_{fd} {}
  int fd_ = -1;
};

/// A file's octets, readable in place while this lives.
class Mapping {
 public:
  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  [[nodiscard]] static Result<Mapping> of(const File& file);
  [[nodiscard]] std::string_view octets() const noexcept { return octets_; }

 private:
  explicit Mapping(std::string_view octets) noexcept : octets_{octets} {}
  std::string_view octets_;
};

}  // namespace quoth::spool
