// The one home of Asio's compiled parts (BOOST_ASIO_SEPARATE_COMPILATION): every other file only
// declares them, which saves seconds of compile time each.
#include <boost/asio/impl/src.hpp>
