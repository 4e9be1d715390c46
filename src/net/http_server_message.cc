// The plain values of http_server.h.
#include <algorithm>

#include "base/text.h"
#include "net/http_server.h"

namespace sightglass::net {

std::string_view HttpRequest::Path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::Query() const noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
}

std::string_view HttpRequest::Header(std::string_view name) const noexcept {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [name](const HttpHeader& header) {
            return EqualsIgnoreCase(header.name, name);
        });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::size_t HttpRequest::CountHeader(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(),
        headers.end(),
        [name](const HttpHeader& header) { return EqualsIgnoreCase(header.name, name); }
    ));
}

}  // namespace sightglass::net
