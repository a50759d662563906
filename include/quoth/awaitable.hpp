#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace quoth {

/// What a coroutine of Quoth returns. One concrete executor everywhere: a host that embeds Quoth
/// hands it an `io_context` that one thread runs.
template <class T>
using Awaitable = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;

}  // namespace quoth
