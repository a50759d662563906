#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace quoth {

using boost::system::error_code;

/// A value, or why there is none. For the world's failures (disk, network); what the peer does
/// wrong is an ordinary value, and a bug of ours is an assertion.
template <class T>
using Result = boost::system::result<T>;

}  // namespace quoth
