#include "app/demo/reports.h"

#include <algorithm>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "app/demo/gateway_client.h"
#include "app/demo/history.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

namespace asio = boost::asio;

constexpr std::string_view kSenderIp = "127.0.10.71";
constexpr std::size_t kRunsAtOnce = 40;
constexpr std::size_t kOpinionsAtOnce = 500;

OutgoingRequest Report(std::string_view target, std::string body, const Secret& token) {
    OutgoingRequest request;
    request.target = target;
    request.headers = {
        {"authorization", "Bearer " + std::string(token.Reveal())},  // What the sender shows.
        {"content-type", "application/json"},
    };
    request.body = std::move(body);
    return request;
}

std::vector<OutgoingRequest> ReportsOf(const PastReports& past) {
    const std::vector<Run> runs = RunsBetween(past.from, past.to, past.seed);
    std::vector<OutgoingRequest> requests;
    for (std::size_t first = 0; first < runs.size(); first += kRunsAtOnce) {
        const std::span<const Run> all(runs);
        const std::size_t count = std::min(kRunsAtOnce, runs.size() - first);
        requests.push_back(TraceReport(all.subspan(first, count), past.token));
    }
    std::vector<Opinion> opinions = past.opinions;
    Random random(Mix(past.seed, static_cast<std::uint64_t>(ToMicros(past.from))));
    for (const Run& run : runs) {
        auto opinion = OpinionOfRun(run, random);
        if (opinion && opinion->at < past.to) {
            opinions.push_back(std::move(*opinion));
        }
    }
    for (std::size_t first = 0; first < opinions.size(); first += kOpinionsAtOnce) {
        const std::size_t count = std::min(kOpinionsAtOnce, opinions.size() - first);
        const auto begin = opinions.begin() + static_cast<std::ptrdiff_t>(first);
        requests.push_back(
            ScoreReport({begin, begin + static_cast<std::ptrdiff_t>(count)}, past.token)
        );
    }
    if (past.changed_at) {
        requests.push_back(ChangeReport(*past.changed_at, past.token));
    }
    return requests;
}

asio::awaitable<void>
SendAll(GatewayClient& client, const std::vector<OutgoingRequest>& requests, Status& status) {
    for (const OutgoingRequest& request : requests) {
        const Exchange exchange = co_await client.Send(request, kSenderIp, std::nullopt);
        const bool taken = exchange.end == ExchangeEnd::kAnswered && exchange.status / 100 == 2;
        if (!taken) {
            status = Error{
                ErrorCode::kUnavailable,
                request.target + " was answered with " + std::to_string(exchange.status) + " " +
                    exchange.body};
            co_return;
        }
    }
}

}  // namespace

OutgoingRequest TraceReport(std::span<const Run> runs, const Secret& token) {
    return Report("/otlp/v1/traces", TraceExport(runs), token);
}

OutgoingRequest ScoreReport(const std::vector<Opinion>& opinions, const Secret& token) {
    return Report("/api/public/ingestion", ScoreBatch(opinions), token);
}

OutgoingRequest FeedbackReport(const Opinion& opinion, const Secret& token) {
    return Report("/api/v1/feedback", FeedbackBody(opinion), token);
}

OutgoingRequest ChangeReport(Time changed_at, const Secret& token) {
    codec::JsonWriter json;
    json.BeginObject().Key("at").String(FormatTime(changed_at));
    json.Key("kind").String("model_switch");
    json.Key("name").String("The chat bot gets gpt-5.6-terra and gpt-5.4-mini");
    json.Key("text").String(
        "Customers wrote that they wait too long for answers; calls of gpt-5.5 turned out to be "
        "the slow ones."
    );
    json.Key("filters").BeginArray().String("service:" + std::string(kSlowService)).EndArray();
    return Report("/api/v1/annotations", json.EndObject().Take(), token);
}

Status ReportPast(const PastReports& past) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(past.host, error);
    if (error) {
        return Error{ErrorCode::kInvalidArgument, "not an IP address: " + past.host};
    }
    asio::io_context context(1);
    GatewayClient client(context, asio::ip::tcp::endpoint(address, past.port));
    const std::vector<OutgoingRequest> requests = ReportsOf(past);
    Status status;
    asio::co_spawn(context, SendAll(client, requests, status), asio::detached);
    context.run();
    return status;
}

}  // namespace sightglass::demo
