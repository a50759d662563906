#pragma once

#include <string>
#include <vector>

#include "apps/quoth/listening.hpp"

namespace quoth::app {

/// What a ready file says: `{"pid":1,"version":"0.1.0","listeners":[…]}` and a line end.
[[nodiscard]] std::string ready_json(long pid, const std::vector<Listening>& listeners);

/// A file that exists as long as the program serves. Whoever waits for it finds it complete: it is
/// written under another name beside it, then renamed.
class ReadyFile {
 public:
  /// @throws Failure if the file cannot be written.
  ReadyFile(std::string path, const std::string& content);
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;
  ~ReadyFile();

 private:
  std::string path_;
};

}  // namespace quoth::app
