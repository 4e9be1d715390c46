#include "capture/gateway/worker_context.h"

#include "capture/gateway/exchange.h"
#include "capture/gateway/recorded_headers.h"

namespace sightglass::capture {
namespace {

/// Exchanges that are kept for the next call: their memory is warm and fits.
constexpr std::size_t kFreeExchangesMax = 64;

}  // namespace

WorkerContext::WorkerContext(
    const GatewayShared& shared_with_all,
    std::shared_ptr<const Router> router,
    std::unique_ptr<journal::Writer> journal_writer,
    net::TlsContext tls
)
    : shared(shared_with_all),
      upstreams(loop, std::move(tls)),
      routers(std::move(router)),
      writer(std::move(journal_writer)),
      admission(shared_with_all.options.access, shared_with_all.clock),
      derive(shared_with_all.derive.NewPort()),
      now(std::chrono::steady_clock::now()),
      scratch(std::make_unique<char[]>(kScratchBytes)) {
    request_head.mark = &MarkRecorded;
    response_head.mark = &MarkRecorded;
    upstreams.KeepFor(routers.current());
}

WorkerContext::~WorkerContext() = default;

void WorkerContext::Route(std::shared_ptr<const Router> router) {
    upstreams.KeepFor(*router);
    routers.Replace(std::move(router));
}

std::unique_ptr<Exchange> WorkerContext::TakeExchange() {
    if (free_exchanges.empty()) {
        return std::make_unique<Exchange>(*this);
    }
    std::unique_ptr<Exchange> exchange = std::move(free_exchanges.back());
    free_exchanges.pop_back();
    return exchange;
}

void WorkerContext::GiveExchange(std::unique_ptr<Exchange> exchange) {
    if (free_exchanges.size() < kFreeExchangesMax) {
        free_exchanges.push_back(std::move(exchange));
    }
}

}  // namespace sightglass::capture
