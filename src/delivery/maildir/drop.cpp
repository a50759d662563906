#include "delivery/maildir/drop.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "delivery/maildir/file_name.hpp"
#include "spool/folder.hpp"

namespace quoth::delivery::maildir {
namespace {

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

std::string in_tmp(const std::string& maildir, const std::string& name) {
  return maildir + "/tmp/" + name;
}

std::string in_new(const std::string& maildir, const std::string& name) {
  return maildir + "/new/" + name;
}

/// `tmp` comes last: where it is, another delivery has made the rest, on stable storage.
Result<void> make_maildir(const std::string& maildir) {
  for (const char* const folder : {"/cur", "/new", "/tmp"}) {
    if (Result<void> made = spool::make_folders(maildir + folder); !made) return made;
  }
  return {};
}

/// Where a hard link cannot be, a copy has to do.
bool wants_copy(int error) noexcept {
  return error == EXDEV || error == EMLINK || error == EPERM || error == EOPNOTSUPP;
}

}  // namespace

Drop::Drop(Drop&& other) noexcept
    : file_{std::move(other.file_)},
      first_{std::exchange(other.first_, {})},
      copies_{std::exchange(other.copies_, {})},
      delivered_{other.delivered_} {}

Drop& Drop::operator=(Drop&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(first_, other.first_);
  std::swap(copies_, other.copies_);
  std::swap(delivered_, other.delivered_);
  return *this;
}

Drop::~Drop() {
  if (!delivered_) remove_all();
}

void Drop::remove_all() noexcept {
  if (!first_.name.empty()) ::unlink(in_tmp(first_.maildir, first_.name).c_str());
  for (const Copy& copy : copies_) {
    ::unlink(in_tmp(copy.maildir, copy.name).c_str());
    ::unlink(in_new(copy.maildir, copy.name).c_str());
  }
}

Result<void> Drop::open(const std::string& maildir, std::string_view hostname) {
  const std::string name = unique_name(hostname);
  Result<spool::File> file = spool::File::create(in_tmp(maildir, name));
  if (!file && file.error() == boost::system::errc::no_such_file_or_directory) {
    if (Result<void> made = make_maildir(maildir); !made) return made;
    file = spool::File::create(in_tmp(maildir, name));
  }
  if (!file) return file.error();
  file_ = std::move(*file);
  first_ = {maildir, name};
  return {};
}

Result<void> Drop::copy_to(const std::string& path) {
  Result<spool::File> copy = spool::File::create(path);
  if (!copy) return copy.error();
  if (Result<void> done = copy->append_from(file_, 0); !done) return done;
  if (Result<void> done = copy->sync(); !done) return done;
  return copy->close();
}

Result<void> Drop::add_copy(const std::string& maildir, std::string_view hostname) {
  if (maildir == first_.maildir) {
    copies_.push_back(first_);
    return {};
  }
  const Copy& copy = copies_.emplace_back(Copy{maildir, unique_name(hostname)});
  const std::string source = in_tmp(first_.maildir, first_.name);
  const std::string path = in_tmp(maildir, copy.name);
  if (::link(source.c_str(), path.c_str()) == 0) return {};
  if (errno == ENOENT) {
    if (Result<void> made = make_maildir(maildir); !made) return made;
    if (::link(source.c_str(), path.c_str()) == 0) return {};
  }
  if (!wants_copy(errno)) return last_error();
  return copy_to(path);
}

Result<void> Drop::deliver(const std::vector<std::string>& maildirs, std::string_view hostname) {
  if (Result<void> synced = file_.sync(); !synced) return synced;
  for (const std::string& maildir : maildirs) {
    if (Result<void> added = add_copy(maildir, hostname); !added) return added;
  }
  if (Result<void> closed = file_.close(); !closed) return closed;
  for (const Copy& copy : copies_) {
    const std::string from = in_tmp(copy.maildir, copy.name);
    if (std::rename(from.c_str(), in_new(copy.maildir, copy.name).c_str()) < 0) return last_error();
  }
  for (const Copy& copy : copies_) {
    if (Result<void> synced = spool::sync_folder(copy.maildir + "/new"); !synced) return synced;
  }
  delivered_ = true;
  ::unlink(in_tmp(first_.maildir, first_.name).c_str());
  return {};
}

}  // namespace quoth::delivery::maildir
