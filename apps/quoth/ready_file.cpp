#include "apps/quoth/ready_file.hpp"

#include <ios>
#include <string>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"

namespace quoth::app {
namespace {

void append_member(std::string_view key, std::string_view value, std::string& out) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":", key);
  append_json(value, out);
}

void append_listener(const Listening& listener, std::string& out) {
  out += R"({"server":)";
  append_json(listener.server, out);
  append_member("address", listener.address, out);
  if (listener.path.empty()) {
    append_member("host", listener.host, out);
    fmt::format_to(std::back_inserter(out), R"(,"port":{})", listener.port);
  } else {
    append_member("path", listener.path, out);
  }
  out += '}';
}

/// The error of errno; 0: none.
int write_file(const std::string& path, const std::string& content) {
  errno = 0;
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << content;
  file.close();
  if (file) return 0;
  return errno == 0 ? EIO : errno;
}

}  // namespace

std::string ready_json(long pid, const std::vector<Listening>& listeners) {
  std::string out = fmt::format(R"({{"pid":{},"version":"{}","listeners":[)", pid, version());
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (i > 0) out += ',';
    append_listener(listeners[i], out);
  }
  out += "]}\n";
  return out;
}

ReadyFile::ReadyFile(std::string path, const std::string& content) : path_{std::move(path)} {
  const std::string unfinished = fmt::format("{}.{}.tmp", path_, ::getpid());
  int error = write_file(unfinished, content);
  if (error == 0 && std::rename(unfinished.c_str(), path_.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(unfinished.c_str());
  throw Failure{fmt::format("cannot write {}: {}", path_, system_message(error)),
                "The ready file goes to a folder that exists and can be written; in it, it is "
                "written under another name first.",
                exit_code_of(error)};
}

ReadyFile::~ReadyFile() { ::unlink(path_.c_str()); }

}  // namespace quoth::app
