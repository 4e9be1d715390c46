#include "net/resolver.h"

#include <netdb.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"
#include "base/thread.h"

namespace sightglass::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the name service says.
struct Answer {
    std::vector<SocketAddress> addresses;
    std::string error;
};

Answer Ask(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    Answer answer;
    if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        answer.error = ::gai_strerror(error);
        return answer;
    }
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        SocketAddress& address = answer.addresses.emplace_back();
        address.size = entry->ai_addrlen;
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    }
    ::freeaddrinfo(found);
    return answer;
}

}  // namespace

struct Resolver::Impl {
    struct Name {
        std::vector<SocketAddress> addresses;
        SteadyTime until;
        std::vector<std::shared_ptr<Lookup>> asking;  ///< Not empty while a thread asks.
    };

    void Finish(const std::string& key, Answer answer);

    std::unordered_map<std::string, Name> names;
    /// Null once the resolver is gone: a slow name service holds nobody up.
    Guarded<EventLoop*> loop;
};

void Resolver::Impl::Finish(const std::string& key, Answer answer) {
    Name& name = names[key];
    if (answer.error.empty()) {
        name.addresses = std::move(answer.addresses);
        name.until = std::chrono::steady_clock::now() + kTtl;
    }
    for (const std::shared_ptr<Lookup>& lookup : std::exchange(name.asking, {})) {
        lookup->addresses = names[key].addresses;
        lookup->error = answer.error;
        lookup->done = true;
        if (lookup->signal != nullptr) {
            lookup->signal->Raise();
        }
    }
}

Resolver::Resolver(EventLoop& loop) : impl_(std::make_shared<Impl>()) {
    impl_->loop.With([&](EventLoop*& current) { current = &loop; });
}

Resolver::~Resolver() {
    impl_->loop.With([](EventLoop*& current) { current = nullptr; });
}

std::shared_ptr<Lookup>
Resolver::Resolve(const std::string& host, std::uint16_t port, Signal& signal) {
    auto lookup = std::make_shared<Lookup>();
    if (auto literal = ParseAddress(host, port); literal.Ok()) {
        lookup->addresses.push_back(literal.value());
        lookup->done = true;
        return lookup;
    }
    const std::string key = host + ":" + std::to_string(port);
    Impl::Name& name = impl_->names[key];
    if (std::chrono::steady_clock::now() < name.until) {
        lookup->addresses = name.addresses;
        lookup->done = true;
        return lookup;
    }
    lookup->signal = &signal;
    name.asking.push_back(lookup);
    if (name.asking.size() == 1) {
        AskInBackground(host, std::to_string(port), key);
    }
    return lookup;
}

void Resolver::AskInBackground(
    const std::string& host,
    const std::string& port,
    const std::string& key
) {
    StartThread("resolve", Priority::kNormal, [impl = impl_, host, port, key](std::stop_token) {
        Answer answer = Ask(host, port);
        impl->loop.With([&](EventLoop* loop) {
            if (loop != nullptr) {
                loop->Post([impl, key, answer = std::move(answer)]() mutable {
                    impl->Finish(key, std::move(answer));
                });
            }
        });
    }).detach();
}

}  // namespace sightglass::net
