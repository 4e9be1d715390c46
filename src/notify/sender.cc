#include "notify/sender.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#include <curl/curl.h>

namespace sightglass::notify {
namespace {

constexpr std::size_t kAnswerBytesMax = 64U << 10;
constexpr std::int64_t kRetryAfterMaxSeconds = 86'400;

void StartLibrary() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// One transfer, with all that libcurl reads while it runs.
struct Transfer {
    std::int64_t tag = 0;
    PrivateAddresses private_addresses = PrivateAddresses::kRefused;
    Outgoing outgoing;
    CURL* easy = nullptr;
    curl_slist* headers = nullptr;
    curl_slist* receivers = nullptr;
    std::size_t sent = 0;
    std::string body = {};
    bool full = false;  ///< More came than is read.
    std::string_view forbidden = {};

    Transfer(std::int64_t given_tag, Outgoing given) : tag(given_tag), outgoing(std::move(given)) {}

    ~Transfer() {
        curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
        curl_slist_free_all(receivers);
    }

    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
};

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::size_t bytes = size * count;
    const std::size_t room = kAnswerBytesMax - transfer.body.size();
    transfer.body.append(data, std::min(bytes, room));
    transfer.full = bytes > room;
    return transfer.full ? 0 : bytes;  // Nothing taken ends the transfer.
}

std::size_t OnUpload(char* data, std::size_t size, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::string& message = std::get<OutgoingMail>(transfer.outgoing).message;
    const std::size_t bytes = std::min(size * count, message.size() - transfer.sent);
    std::memcpy(data, message.data() + transfer.sent, bytes);
    transfer.sent += bytes;
    return bytes;
}

curl_socket_t OnOpenSocket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::string_view why = WhyForbidden(address->addr, transfer.private_addresses);
    if (!why.empty()) {
        transfer.forbidden = why;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);  // NOLINT(cppcoreguidelines-pro-type-vararg)
}

long Milliseconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void PrepareRequest(Transfer& transfer, const OutgoingRequest& request) {
    CURL* const easy = transfer.easy;
    for (const auto& [name, value] : request.headers) {
        const std::string line = name + ": " + value;
        transfer.headers = curl_slist_append(transfer.headers, line.c_str());
    }
    transfer.headers = curl_slist_append(transfer.headers, "Expect:");
    Set(easy, CURLOPT_URL, request.url.c_str());
    Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    Set(easy, CURLOPT_POST, 1L);
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    Set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    Set(easy, CURLOPT_HTTPHEADER, transfer.headers);
    Set(easy, CURLOPT_USERAGENT, "Sightglass");
    Set(easy, CURLOPT_WRITEFUNCTION, &OnBody);
    Set(easy, CURLOPT_WRITEDATA, &transfer);
}

void PrepareMail(Transfer& transfer, const OutgoingMail& mail) {
    CURL* const easy = transfer.easy;
    const bool v6 = mail.host.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + mail.host + "]" : mail.host;
    const bool tls = mail.security == MailSecurity::kTls;
    const std::string url =
        (tls ? "smtps://" : "smtp://") + host + ":" + std::to_string(mail.port) + "/sightglass";
    Set(easy, CURLOPT_URL, url.c_str());
    Set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    const long use = mail.security == MailSecurity::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL;
    Set(easy, CURLOPT_USE_SSL, use);
    if (!mail.username.empty()) {
        Set(easy, CURLOPT_USERNAME, mail.username.c_str());
        Set(easy, CURLOPT_PASSWORD, mail.password.c_str());
    }
    const std::string from = "<" + mail.from + ">";
    Set(easy, CURLOPT_MAIL_FROM, from.c_str());
    for (const std::string& address : mail.to) {
        transfer.receivers = curl_slist_append(transfer.receivers, ("<" + address + ">").c_str());
    }
    Set(easy, CURLOPT_MAIL_RCPT, transfer.receivers);
    Set(easy, CURLOPT_UPLOAD, 1L);
    Set(easy, CURLOPT_READFUNCTION, &OnUpload);
    Set(easy, CURLOPT_READDATA, &transfer);
    Set(easy, CURLOPT_WRITEFUNCTION, &OnBody);
    Set(easy, CURLOPT_WRITEDATA, &transfer);
}

std::unique_ptr<Transfer>
Prepare(const SenderOptions& options, std::int64_t tag, Outgoing outgoing) {
    StartLibrary();
    auto transfer = std::make_unique<Transfer>(tag, std::move(outgoing));
    transfer->private_addresses = options.private_addresses;
    transfer->easy = curl_easy_init();
    CURL* const easy = transfer->easy;
    Set(easy, CURLOPT_NOSIGNAL, 1L);
    Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    Set(easy, CURLOPT_PROXY, "");
    Set(easy, CURLOPT_NETRC, 0L);
    Set(easy, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
    Set(easy, CURLOPT_TIMEOUT_MS, Milliseconds(options.timeout));
    Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    Set(easy, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
    Set(easy, CURLOPT_OPENSOCKETDATA, transfer.get());
    // A kept connection would be used for another channel without asking the rule again.
    Set(easy, CURLOPT_FORBID_REUSE, 1L);
    if (!options.ca_file.empty()) {
        Set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    }
    if (const auto* request = std::get_if<OutgoingRequest>(&transfer->outgoing)) {
        PrepareRequest(*transfer, *request);
    } else {
        PrepareMail(*transfer, std::get<OutgoingMail>(transfer->outgoing));
    }
    return transfer;
}

/// libcurl's own words for the code: its longer message would name the address.
Answer AnswerOf(Transfer& transfer, CURLcode code) {
    Answer answer;
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    answer.body = std::move(transfer.body);
    curl_off_t wait = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RETRY_AFTER, &wait);
    if (wait > 0) {
        const std::int64_t seconds = std::min<std::int64_t>(wait, kRetryAfterMaxSeconds);
        answer.retry_after = std::chrono::seconds(seconds);
    }
    if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer.full)) {
        return answer;
    }
    answer.failure = curl_easy_strerror(code);
    answer.forbidden = !transfer.forbidden.empty() && code == CURLE_COULDNT_CONNECT;
    if (answer.forbidden) {
        answer.failure = transfer.forbidden;
    } else if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
        answer.forbidden = true;
    }
    if (std::holds_alternative<OutgoingRequest>(transfer.outgoing)) {
        answer.status = 0;  // The answer did not come whole.
    } else if (code == CURLE_LOGIN_DENIED && answer.status < 500) {
        constexpr int kCredentialsInvalid = 535;
        answer.status = kCredentialsInvalid;
    }
    return answer;
}

}  // namespace

struct Sender::Impl {
    SenderOptions options;
    CURLM* multi = nullptr;
    std::map<CURL*, std::unique_ptr<Transfer>> running;
};

Sender::Sender(SenderOptions options) : impl_(std::make_unique<Impl>()) {
    StartLibrary();
    impl_->options = std::move(options);
    impl_->multi = curl_multi_init();
}

Sender::~Sender() {
    for (auto& [easy, transfer] : impl_->running) {
        curl_multi_remove_handle(impl_->multi, easy);
    }
    impl_->running.clear();
    curl_multi_cleanup(impl_->multi);
}

void Sender::Begin(std::int64_t tag, Outgoing outgoing) {
    auto transfer = Prepare(impl_->options, tag, std::move(outgoing));
    curl_multi_add_handle(impl_->multi, transfer->easy);
    impl_->running.emplace(transfer->easy, std::move(transfer));
}

std::vector<Sender::Finished> Sender::Wait(Duration at_most) {
    int left = 0;
    curl_multi_perform(impl_->multi, &left);
    const long ms = std::clamp<long>(Milliseconds(at_most), 0, 60'000);
    if (left == static_cast<int>(impl_->running.size())) {
        curl_multi_poll(impl_->multi, nullptr, 0, static_cast<int>(ms), nullptr);
        curl_multi_perform(impl_->multi, &left);
    }
    std::vector<Finished> finished;
    while (const CURLMsg* message = curl_multi_info_read(impl_->multi, &left)) {
        const auto found = impl_->running.find(message->easy_handle);
        if (message->msg != CURLMSG_DONE || found == impl_->running.end()) {
            continue;
        }
        finished.push_back({found->second->tag, AnswerOf(*found->second, message->data.result)});
        curl_multi_remove_handle(impl_->multi, found->first);
        impl_->running.erase(found);
    }
    return finished;
}

void Sender::Wake() {
    curl_multi_wakeup(impl_->multi);
}

Answer SendAndWait(const SenderOptions& options, Outgoing outgoing) {
    const auto transfer = Prepare(options, 0, std::move(outgoing));
    return AnswerOf(*transfer, curl_easy_perform(transfer->easy));
}

}  // namespace sightglass::notify
