#include "net/resolver.h"

#include <chrono>
#include <cstring>

#include <boost/asio/ip/tcp.hpp>

#include "net/event_loop_impl.h"

namespace sightglass::net {
namespace {

using boost::asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock::time_point;

SocketAddress FromEndpoint(const tcp::endpoint& endpoint) {
    SocketAddress address;
    address.size = static_cast<socklen_t>(endpoint.size());
    std::memcpy(&address.storage, endpoint.data(), endpoint.size());
    return address;
}

}  // namespace

struct Resolver::Impl {
    struct Remembered {
        std::vector<SocketAddress> addresses;
        SteadyTime until;
    };

    explicit Impl(EventLoop& loop) : resolver(loop.impl().io) {}

    void Finish(
        const std::string& name,
        Lookup& lookup,
        const boost::system::error_code& error,
        const tcp::resolver::results_type& results
    ) {
        Remembered& remembered = known[name];
        if (!error) {
            remembered.addresses.clear();
            for (const auto& entry : results) {
                remembered.addresses.push_back(FromEndpoint(entry.endpoint()));
            }
            remembered.until = std::chrono::steady_clock::now() + kTtl;
        } else {
            lookup.error = error.message();
        }
        lookup.addresses = remembered.addresses;
        lookup.done = true;
        if (lookup.signal != nullptr) {
            lookup.signal->Raise();
        }
    }

    tcp::resolver resolver;
    std::unordered_map<std::string, Remembered> known;
};

Resolver::Resolver(EventLoop& loop) : impl_(std::make_shared<Impl>(loop)) {}

Resolver::~Resolver() {
    impl_->resolver.cancel();
}

std::shared_ptr<Lookup>
Resolver::Resolve(const std::string& host, std::uint16_t port, Signal& signal) {
    auto lookup = std::make_shared<Lookup>();
    if (auto literal = ParseAddress(host, port); literal.Ok()) {
        lookup->addresses.push_back(literal.value());
        lookup->done = true;
        return lookup;
    }
    const std::string name = host + ":" + std::to_string(port);
    const auto found = impl_->known.find(name);
    if (found != impl_->known.end() && std::chrono::steady_clock::now() < found->second.until) {
        lookup->addresses = found->second.addresses;
        lookup->done = true;
        return lookup;
    }
    lookup->signal = &signal;
    impl_->resolver.async_resolve(
        host,
        std::to_string(port),
        [impl = impl_,
         lookup,
         name](const boost::system::error_code& error, const tcp::resolver::results_type& results) {
            impl->Finish(name, *lookup, error, results);
        }
    );
    return lookup;
}

}  // namespace sightglass::net
