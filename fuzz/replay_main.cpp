// Runs a fuzz target over files, in builds without libFuzzer: so every build replays the seeds.
// Usage: <target>_fuzz FILE|FOLDER...
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<std::uint8_t> read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error{"cannot read " + path.string()};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

void replay(const fs::path& path) {
  // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
  const std::vector<std::uint8_t> input = read_file(path);
  std::cerr << path.string() << '\n';  // The last name printed is the one that failed.
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::size_t replay_all(const fs::path& path) {
  if (!fs::is_directory(path)) {
    replay(path);
    return 1;
  }
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{path}) {
    if (!entry.is_regular_file()) continue;
    replay(entry.path());
    ++files;
  }
  return files;
}

int run(std::span<char*> arguments) {
  std::size_t files = 0;
  for (const char* argument : arguments) files += replay_all(argument);
  std::cerr << files << " inputs replayed\n";
  return files == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::span{argv, static_cast<std::size_t>(argc)}.subspan(1));
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
