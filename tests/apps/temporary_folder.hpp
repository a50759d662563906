#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::app {

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = testing::TempDir() + "quoth-app-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// The path of a new file.
  [[nodiscard]] std::string file(const std::string& name, std::string_view text = "x\n") const {
    const std::string path = *this / name;
    std::ofstream{path} << text;
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    return path;
  }

 private:
  std::string path_;
};

}  // namespace quoth::app
