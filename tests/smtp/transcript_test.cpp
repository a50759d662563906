// Runs tests/transcripts/*.txt; README.md there describes them.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/transcript.hpp"
#include "support/transcript_run.hpp"

namespace quoth::test {
namespace {

namespace fs = std::filesystem;

fs::path transcripts() { return fs::path{QUOTH_TEST_SOURCE_DIR} / "tests" / "transcripts"; }

std::vector<std::string> transcript_files() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator{transcripts()}) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class TranscriptFile : public testing::TestWithParam<std::string> {};

TEST_P(TranscriptFile, ComesOutAsWrittenHoweverItIsCut) {
  const fs::path file = transcripts() / (GetParam() + ".txt");
  for (const Transcript& transcript : read_transcripts(file)) {
    const std::string wrong = play(transcript);
    EXPECT_TRUE(wrong.empty()) << wrong;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& file) { return file.param; }

INSTANTIATE_TEST_SUITE_P(All, TranscriptFile, testing::ValuesIn(transcript_files()), test_name);

}  // namespace
}  // namespace quoth::test
