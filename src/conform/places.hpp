#pragma once

#include <map>
#include <string>
#include <string_view>

namespace quoth::conform {

/// What stands for {name} in the texts of a case:
///
///   {rcpt}    the recipient that exists        {sender}   the sender
///   {rcpt-address} the same for a header field {unknown}  a recipient that does not exist
///   {local} {domain} parts of the recipient    {hello}    EHLO or LHLO
///   {DOMAIN}         in upper case             {sender-domain} {SENDER-DOMAIN} the sender's
///   {mark} {mark2} words of this case alone    {size} {size+1} the size that is announced
///   {RCPTMAX} {MAILMAX}  small limits that are announced by LIMITS
using Places = std::map<std::string, std::string, std::less<>>;

/// `text` with its places filled; what is no name of a place stays as it is.
[[nodiscard]] std::string fill(std::string_view text, const Places& places);

}  // namespace quoth::conform
