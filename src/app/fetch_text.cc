#include "app/fetch_text.h"

#include <sys/socket.h>

#include <memory>
#include <string_view>

#include <curl/curl.h>

#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr long kConnectMs = 10'000;
constexpr long kTotalMs = 60'000;
constexpr long kStatusOk = 200;

/// What libcurl's callbacks see.
struct Fetching {
    const FetchOptions& options;
    std::string text = {};
    std::string_view forbidden = {};
    bool is_private = false;  ///< The address, and nothing else forbids it.
    bool too_large = false;
};

std::size_t OnBody(const char* data, std::size_t size, std::size_t count, void* context) {
    auto& fetching = *static_cast<Fetching*>(context);
    const std::size_t bytes = size * count;
    if (bytes > fetching.options.bytes_max - fetching.text.size()) {
        fetching.too_large = true;
        return 0;
    }
    fetching.text.append(data, bytes);
    return bytes;
}

curl_socket_t OnOpenSocket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& fetching = *static_cast<Fetching*>(context);
    fetching.forbidden = notify::WhyForbidden(address->addr, fetching.options.private_addresses);
    if (!fetching.forbidden.empty()) {
        fetching.is_private =
            notify::WhyForbidden(address->addr, notify::PrivateAddresses::kAllowed).empty();
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);  // NOLINT(cppcoreguidelines-pro-type-vararg)
}

void Prepare(CURL* easy, const std::string& url, Fetching& fetching) {
    Set(easy, CURLOPT_URL, url.c_str());
    Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    Set(easy, CURLOPT_NETRC, 0L);
    Set(easy, CURLOPT_NOSIGNAL, 1L);
    Set(easy, CURLOPT_ACCEPT_ENCODING, "");
    Set(easy, CURLOPT_USERAGENT, "Sightglass");
    Set(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    Set(easy, CURLOPT_TIMEOUT_MS, kTotalMs);
    Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    Set(easy, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
    Set(easy, CURLOPT_OPENSOCKETDATA, &fetching);
    Set(easy, CURLOPT_WRITEFUNCTION, &OnBody);
    Set(easy, CURLOPT_WRITEDATA, &fetching);
}

Error ErrorOf(CURLcode code, const Fetching& fetching, const std::string& url) {
    const std::string shown = EscapeForDisplay(url);
    if (fetching.is_private) {
        return Error{
            ErrorCode::kInvalidArgument,
            shown + ": its address is private; --allow-private lets it be asked"};
    }
    if (!fetching.forbidden.empty()) {
        return Error{ErrorCode::kInvalidArgument, shown + ": " + std::string(fetching.forbidden)};
    }
    if (fetching.too_large) {
        return Error{
            ErrorCode::kTooLarge,
            shown + ": more than " + std::to_string(fetching.options.bytes_max >> 20) + " MiB"};
    }
    const bool late = code == CURLE_OPERATION_TIMEDOUT;
    return Error{
        late ? ErrorCode::kTimeout : ErrorCode::kUnavailable,
        shown + ": " + curl_easy_strerror(code)};
}

}  // namespace

Result<std::string> FetchText(const std::string& url, const FetchOptions& options) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(
        curl_easy_init(),
        &curl_easy_cleanup
    );
    if (easy == nullptr) {
        return Error{ErrorCode::kInternal, "libcurl makes no transfer"};
    }
    Fetching fetching{.options = options};
    Prepare(easy.get(), url, fetching);
    if (const CURLcode code = curl_easy_perform(easy.get()); code != CURLE_OK) {
        return ErrorOf(code, fetching, url);
    }
    long status = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != kStatusOk) {
        return Error{
            ErrorCode::kUnavailable,
            EscapeForDisplay(url) + " answers with status " + std::to_string(status) +
                (status / 100 == 3 ? "; redirects are not followed" : "")};
    }
    return std::move(fetching.text);
}

}  // namespace sightglass::app
