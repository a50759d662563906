#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/body_sink.hpp>

#include "delivery/maildir/drop.hpp"
#include "net/offload.hpp"

namespace quoth::delivery::maildir {

/// Finds the Maildirs of an envelope's recipients, each once.
using FindMaildirs = std::function<Result<std::vector<std::string>>(const smtp::Envelope&)>;

/// How a message's lines end in its file.
enum class FileLineEnds : std::uint8_t {
  lf,    ///< As Postfix and Dovecot write them. For messages without a bare CR or LF.
  kept,  ///< As they came.
};

/// Brings a message into Maildirs. From the file, the octets received can be told.
///
/// A short message costs one job on the pool. Of a long one the first octets are on the disk while
/// the last are still on their way.
class Sink final : public BodySink {
 public:
  struct Settings {
    net::BlockingPool& pool;    ///< Borrowed; outlives the sink.
    std::string_view hostname;  ///< For the files' names. Borrowed likewise.
    FindMaildirs find_maildirs;
    FileLineEnds line_ends = FileLineEnds::lf;
  };

  /// @param maildirs of the recipients at `Data`; not empty.
  /// @param header_fields what will most likely stand on top, with CRLF.
  Sink(Settings settings, std::vector<std::string> maildirs, std::string_view header_fields);

  [[nodiscard]] bool append(std::string_view octets) override;
  [[nodiscard]] std::size_t held_octets() const noexcept override { return held_.size(); }
  [[nodiscard]] Awaitable<Result<void>> flush() override;
  [[nodiscard]] Awaitable<Result<void>> commit(const Acceptance& acceptance) override;

 private:
  void hold(std::string& out, std::string_view octets, bool& ends_with_cr) const;
  [[nodiscard]] std::string in_file(std::string_view fields) const;
  [[nodiscard]] Result<void> write_out();
  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<void> restart(std::string header_fields);
  [[nodiscard]] Result<void> finish(const std::vector<std::string>& maildirs,
                                    std::string header_fields);

  Settings settings_;
  std::vector<std::string> maildirs_;
  std::string header_fields_;  // as in the file
  std::string held_;           // likewise, not written yet
  bool ends_with_cr_ = false;  // an octet that came last, and may be half a line end
  Drop drop_;
};

/// The fields that stand on top of a delivered message: Return-Path (RFC 5321 §4.4), then `fields`.
[[nodiscard]] std::string top_fields(const smtp::Envelope& envelope, std::string_view fields);

}  // namespace quoth::delivery::maildir
