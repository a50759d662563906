#include "apps/quoth/passwd_command.hpp"

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/quoth/failure.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Somebody who types these lines, and what he was asked.
struct Person {
  std::vector<std::string> types;
  std::vector<std::string> was_asked;

  PasswordSource source() {
    return [this](const std::string& prompt) {
      was_asked.push_back(prompt);
      return types.at(was_asked.size() - 1);
    };
  }
};

struct PasswdCommand : testing::Test {
  support::TemporaryFolder folder;

  PasswdArguments arguments(const std::string& action, const std::string& name = "ann") const {
    PasswdArguments result;
    result.action = action;
    result.name = name;
    result.file = folder / "users";
    if (action == "add") result.cost = 1;
    return result;
  }
  Finished run(const PasswdArguments& arguments, const std::vector<std::string>& types,
               bool is_asked_twice = false) {
    person = {types, {}};
    return passwd_command(arguments, person.source(), is_asked_twice);
  }
  ExitCode failure(const PasswdArguments& arguments, const std::vector<std::string>& types,
                   bool is_asked_twice = false) {
    try {
      return run(arguments, types, is_asked_twice).code;
    } catch (const Failure& failed) {
      said = failed.what();
      return failed.code();
    }
  }

  Person person;
  std::string said;
};

TEST_F(PasswdCommand, APersonIsAskedTwice) {
  EXPECT_EQ(run(arguments("add"), {"correct horse", "correct horse"}, true).code, ExitCode::ok);
  EXPECT_THAT(person.was_asked, ElementsAre("New password for ann: ", "The same again: "));
  EXPECT_EQ(run(arguments("verify"), {"correct horse"}, true).code, ExitCode::ok);
  EXPECT_THAT(person.was_asked, ElementsAre("Password of ann: "));
}

TEST_F(PasswdCommand, TwoThatDifferChangeNothing) {
  EXPECT_EQ(failure(arguments("add"), {"correct horse", "correct hoarse"}, true), ExitCode::data);
  EXPECT_THAT(said, HasSubstr("differ"));
  EXPECT_THAT(support::entries(folder.path()), IsEmpty());
}

TEST_F(PasswdCommand, ABadPasswordIsToldBeforeItIsTypedAgain) {
  EXPECT_EQ(failure(arguments("add"), {"\t"}, true), ExitCode::data);
  EXPECT_EQ(person.was_asked.size(), 1U);
}

TEST_F(PasswdCommand, NobodyIsAskedInVain) {
  EXPECT_EQ(run(arguments("add"), {"correct horse"}).code, ExitCode::ok);
  EXPECT_EQ(failure(arguments("add"), {}), ExitCode::data);
  EXPECT_EQ(run(arguments("verify", "bob"), {}).code, ExitCode::failed);
  EXPECT_EQ(failure(arguments("add", "a:b"), {}), ExitCode::data);
}

TEST_F(PasswdCommand, NoOutputHasThePassword) {
  const Finished added = run(arguments("add"), {"short"});
  EXPECT_THAT(added.out + added.err, testing::Not(HasSubstr("short\n")));
  EXPECT_THAT(added.err, HasSubstr("5 characters"));
  const Finished wrong = run(arguments("verify"), {"hunter2"});
  EXPECT_EQ(wrong.code, ExitCode::failed);
  EXPECT_THAT(wrong.out + wrong.err, testing::Not(HasSubstr("hunter2")));
}

TEST_F(PasswdCommand, VerifyLooksAtTheKeysToo) {
  (void)run(arguments("add"), {"correct horse"});
  (void)run(arguments("add", "bob"), {"another horse"});
  std::string text = support::contents(folder / "users");
  const std::string hash_of_bob = text.substr(text.find("bob:") + 4);
  const std::size_t end = text.find(':', 4);  // ann gets the hash of bob, and keeps her keys
  text.replace(4, end - 4, hash_of_bob.substr(0, hash_of_bob.find(':')));
  std::ofstream{folder / "users"} << text;
  EXPECT_EQ(run(arguments("verify"), {"another horse"}).code, ExitCode::failed);
}

}  // namespace
}  // namespace quoth::app
