// A load generator for HTTP/1.1 on the loopback interface: one thread, epoll, keep-alive
// connections. Bounded in requests and time. Prints one JSON object.
//
//   bench_load --port P [--target /v1/chat/completions] [--body-bytes 1024] [--connections 64]
//              [--seconds 3] [--warmup 0.5] [--rate R] [--stream] [--requests-max 5000000]
//
// Without --rate the loop is closed: each connection sends its next request when its answer has
// come. With --rate it is open: requests start at fixed times, and latency counts from the time at
// which a request should have started, whether or not a connection was free then. With --stream the
// times that the mock upstream puts into its events tell how long each was on its way.
#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "socket_io.h"

namespace sightglass::bench {
namespace {

constexpr double kNsPerS = 1e9;

/// Times in nanoseconds; sorted once, at the end.
class Samples {
public:
    void Add(std::int64_t ns) {
        if (values_.size() < kMax) {
            values_.push_back(ns);
        }
    }

    std::string Json() {
        std::sort(values_.begin(), values_.end());
        char text[256];
        std::snprintf(
            text,
            sizeof text,
            R"({"count":%zu,"p50_us":%.1f,"p90_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"max_us":%.1f})",
            values_.size(),
            At(0.5),
            At(0.9),
            At(0.99),
            At(0.999),
            At(1)
        );
        return text;
    }

private:
    static constexpr std::size_t kMax = 20'000'000;

    double At(double quantile) const {
        if (values_.empty()) {
            return 0;
        }
        const auto index =
            static_cast<std::size_t>(quantile * static_cast<double>(values_.size() - 1));
        return static_cast<double>(values_[index]) / 1000;
    }

    std::vector<std::int64_t> values_;
};

/// Finds the end of one answer in a stream of bytes, split anywhere.
/// Thread-safety: one thread at a time.
class AnswerReader {
public:
    enum class State { kHead, kBody, kChunkSize, kChunkData, kTrailer, kDone, kBroken };

    void Begin() {
        state_ = State::kHead;
        head_.clear();
        line_.clear();
        status_ = 0;
    }

    /// Reads from the front of `bytes`; calls data(view) for what belongs to the body.
    template <typename Data>
    void Feed(std::string_view bytes, Data&& data) {
        while (!bytes.empty() && state_ != State::kDone && state_ != State::kBroken) {
            switch (state_) {
                case State::kHead:
                    ReadHead(bytes);
                    break;
                case State::kBody:
                case State::kChunkData:
                    ReadData(bytes, data);
                    break;
                default:
                    ReadLine(bytes);
                    break;
            }
        }
    }

    State CurrentState() const noexcept { return state_; }

    int Status() const noexcept { return status_; }

    bool Begun() const noexcept { return state_ != State::kHead || !head_.empty(); }

private:
    void ReadHead(std::string_view& bytes) {
        constexpr std::size_t kHeadBytesMax = 64U << 10;
        const std::size_t before = head_.size();
        head_ += bytes;
        const std::size_t end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
        if (end == std::string::npos) {
            bytes = {};
            state_ = head_.size() > kHeadBytesMax ? State::kBroken : State::kHead;
            return;
        }
        bytes.remove_prefix(end + 4 - before);
        head_.resize(end + 2);
        status_ = head_.size() > 12
                      ? static_cast<int>(ToInt(std::string_view(head_).substr(9, 3), 0))
                      : 0;
        if (FindHeader(head_, "transfer-encoding:") == "chunked") {
            state_ = State::kChunkSize;
            return;
        }
        left_ = ToInt(FindHeader(head_, "content-length:"), 0);
        state_ = left_ > 0 ? State::kBody : State::kDone;
    }

    template <typename Data>
    void ReadData(std::string_view& bytes, Data&& data) {
        const auto size = std::min(bytes.size(), static_cast<std::size_t>(left_));
        data(bytes.substr(0, size));
        bytes.remove_prefix(size);
        left_ -= static_cast<std::int64_t>(size);
        if (left_ == 0) {
            state_ = state_ == State::kBody ? State::kDone : State::kTrailer;
            line_after_data_ = true;
        }
    }

    // A chunk's size, the line end after its data, or a line of the trailer.
    void ReadLine(std::string_view& bytes) {
        constexpr std::size_t kLineBytesMax = 4096;
        const std::size_t end = bytes.find('\n');
        line_ += bytes.substr(0, end);
        if (end == std::string_view::npos) {
            bytes = {};
            state_ = line_.size() > kLineBytesMax ? State::kBroken : state_;
            return;
        }
        bytes.remove_prefix(end + 1);
        if (state_ == State::kTrailer && line_after_data_) {
            line_after_data_ = false;
            state_ = State::kChunkSize;
        } else if (state_ == State::kTrailer) {
            state_ = line_ == "\r" ? State::kDone : State::kTrailer;
        } else {
            left_ = 0;
            std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);
            line_after_data_ = false;
            state_ = left_ > 0 ? State::kChunkData : State::kTrailer;
        }
        line_.clear();
    }

    State state_ = State::kHead;
    std::string head_;
    std::string line_;
    std::int64_t left_ = 0;
    int status_ = 0;
    bool line_after_data_ = false;
};

/// Finds the "@nanoseconds@" marks in a body, split anywhere.
/// Thread-safety: one thread at a time.
class MarkReader {
public:
    template <typename Found>
    void Feed(std::string_view bytes, Found&& found) {
        for (const char c : bytes) {
            if (c == '@' && digits_ == kDigits) {
                found(value_);
                digits_ = kNone;
            } else if (c == '@') {
                digits_ = 0;
                value_ = 0;
            } else if (digits_ != kNone) {
                value_ = value_ * 10 + (c - '0');
                ++digits_;
            }
        }
    }

    void Reset() { digits_ = kNone; }

private:
    static constexpr int kDigits = 19;
    static constexpr int kNone = -1;

    int digits_ = kNone;
    std::int64_t value_ = 0;
};

struct Plan {
    std::uint16_t port = 0;
    std::string request;
    std::size_t connections = 64;
    std::int64_t duration_ns = 0;
    std::int64_t warmup_ns = 0;
    double rate = 0;  ///< A second; 0: closed loop.
    bool stream = false;
    std::uint64_t requests_max = 0;
};

struct Connection {
    int fd = -1;
    AnswerReader answer;
    MarkReader marks;
    std::string_view unsent;
    std::int64_t started_ns = 0;  ///< Where the loop is open: when it should have started.
    bool busy = false;
    bool first_data = true;
    bool waits_for_room = false;
};

struct Report {
    std::uint64_t started = 0;
    std::uint64_t ok = 0;      ///< Within the measured time.
    std::uint64_t bad = 0;     ///< Another status than 200, or a broken connection.
    std::uint64_t chunks = 0;  ///< Marks seen, within the measured time.
    Samples latency;
    Samples first_data;
    Samples transit;
};

class Load {
public:
    explicit Load(Plan plan) : plan_(std::move(plan)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
        for (std::size_t i = 0; i < plan_.connections; ++i) {
            connections_.push_back(std::make_unique<Connection>());
            Connect(*connections_.back());
            idle_.push_back(connections_.back().get());
        }
    }

    void Run() {
        begin_ns_ = NowNs();
        measure_ns_ = begin_ns_ + plan_.warmup_ns;
        const std::int64_t end_ns = begin_ns_ + plan_.duration_ns;
        std::vector<epoll_event> events(512);
        for (std::int64_t now = begin_ns_; now < end_ns; now = NowNs()) {
            StartRequests(now);
            const int wait_ms = plan_.rate > 0 ? 0 : 50;  // An open loop spins, to start on time.
            const int count =
                epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
            for (int i = 0; i < count; ++i) {
                const epoll_event& event = events[static_cast<std::size_t>(i)];
                Handle(*static_cast<Connection*>(event.data.ptr), event.events);
            }
        }
        measured_s_ = static_cast<double>(NowNs() - measure_ns_) / 1e9;
    }

    void Print() {
        std::printf(
            R"({"started":%llu,"ok":%llu,"bad":%llu,"seconds":%.3f,"rate":%.1f,"chunks":%llu,"latency":%s,)"
            R"("first_data":%s,"transit":%s})"
            "\n",
            static_cast<unsigned long long>(report_.started),
            static_cast<unsigned long long>(report_.ok),
            static_cast<unsigned long long>(report_.bad),
            measured_s_,
            static_cast<double>(report_.ok) / measured_s_,
            static_cast<unsigned long long>(report_.chunks),
            report_.latency.Json().c_str(),
            report_.first_data.Json().c_str(),
            report_.transit.Json().c_str()
        );
    }

private:
    void Connect(Connection& connection) {
        connection.fd = NewSocket();
        sockaddr_in address = Loopback(plan_.port);
        if (connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
            errno != EINPROGRESS) {
            Fail("connect");
        }
        Watch(epoll_, EPOLL_CTL_ADD, connection.fd, EPOLLIN, &connection);
        connection.waits_for_room = false;
    }

    // Requests that are due: all idle connections' in a closed loop, those whose time has come in
    // an open one.
    void StartRequests(std::int64_t now) {
        if (plan_.rate > 0) {
            const auto due =
                static_cast<std::uint64_t>(static_cast<double>(now - begin_ns_) * plan_.rate / 1e9);
            while (scheduled_ < std::min(due, plan_.requests_max)) {
                const double at = static_cast<double>(scheduled_) * 1e9 / plan_.rate;
                waiting_.push_back(begin_ns_ + static_cast<std::int64_t>(at));
                ++scheduled_;
            }
            while (!waiting_.empty() && !idle_.empty()) {
                StartOne(waiting_.front());
                waiting_.pop_front();
            }
            return;
        }
        while (!idle_.empty() && report_.started < plan_.requests_max) {
            StartOne(now);
        }
    }

    void StartOne(std::int64_t started_ns) {
        Connection& connection = *idle_.back();
        idle_.pop_back();
        if (connection.fd < 0) {
            Connect(connection);
        }
        connection.started_ns = started_ns;
        connection.busy = true;
        connection.first_data = true;
        connection.answer.Begin();
        connection.marks.Reset();
        connection.unsent = plan_.request;
        ++report_.started;
        Send(connection);
    }

    void Send(Connection& connection) {
        while (!connection.unsent.empty()) {
            const ssize_t size = send(
                connection.fd,
                connection.unsent.data(),
                connection.unsent.size(),
                MSG_NOSIGNAL
            );
            if (size < 0) {
                if (errno != EAGAIN && errno != ENOTCONN) {
                    Break(connection);
                } else if (!connection.waits_for_room) {
                    connection.waits_for_room = true;
                    Watch(epoll_, EPOLL_CTL_MOD, connection.fd, EPOLLIN | EPOLLOUT, &connection);
                }
                return;
            }
            connection.unsent.remove_prefix(static_cast<std::size_t>(size));
        }
        if (connection.waits_for_room) {
            connection.waits_for_room = false;
            Watch(epoll_, EPOLL_CTL_MOD, connection.fd, EPOLLIN, &connection);
        }
    }

    void Handle(Connection& connection, std::uint32_t events) {
        if (connection.fd < 0) {
            return;
        }
        if ((events & EPOLLOUT) != 0) {
            Send(connection);
        }
        if (connection.fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
            Read(connection);
        }
    }

    void Read(Connection& connection) {
        char buffer[64 << 10];
        const ssize_t size = read(connection.fd, buffer, sizeof buffer);
        if (size < 0 && errno == EAGAIN) {
            return;
        }
        if (size <= 0) {
            Break(connection);
            return;
        }
        const std::int64_t now = NowNs();
        const bool measured = now >= measure_ns_;
        connection.answer.Feed(
            {buffer, static_cast<std::size_t>(size)},
            [&](std::string_view data) {
                if (connection.first_data && measured) {
                    report_.first_data.Add(now - connection.started_ns);
                }
                connection.first_data = false;
                if (plan_.stream) {
                    connection.marks.Feed(data, [&](std::int64_t sent_ns) {
                        if (measured) {
                            ++report_.chunks;
                            report_.transit.Add(now - sent_ns);
                        }
                    });
                }
            }
        );
        if (connection.answer.CurrentState() == AnswerReader::State::kBroken) {
            Break(connection);
        } else if (connection.answer.CurrentState() == AnswerReader::State::kDone) {
            End(connection, now, measured);
        }
    }

    void End(Connection& connection, std::int64_t now, bool measured) {
        connection.busy = false;
        idle_.push_back(&connection);
        if (connection.answer.Status() != 200) {
            ++report_.bad;
        } else if (measured) {
            ++report_.ok;
            report_.latency.Add(now - connection.started_ns);
        }
        if (plan_.rate <= 0 && report_.started < plan_.requests_max) {
            StartOne(now);
        }
    }

    void Break(Connection& connection) {
        close(connection.fd);
        connection.fd = -1;
        if (connection.busy) {
            ++report_.bad;
            connection.busy = false;
            idle_.push_back(&connection);
        } else if (std::find(idle_.begin(), idle_.end(), &connection) == idle_.end()) {
            idle_.push_back(&connection);
        }
    }

    Plan plan_;
    int epoll_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> idle_;
    std::deque<std::int64_t>
        waiting_;  ///< When requests should have started that no connection was free for.
    std::uint64_t scheduled_ = 0;
    std::int64_t begin_ns_ = 0;
    std::int64_t measure_ns_ = 0;
    double measured_s_ = 0;
    Report report_;
};

std::string Request(const Options& options, std::uint16_t port) {
    const bool stream = options.Has("stream");
    const auto body_bytes =
        static_cast<std::size_t>(std::clamp(options.Number("body-bytes", 1024), 200.0, 16e6));
    std::string start = R"({"model":"gpt-5.4-mini",)";
    start += stream ? R"("stream":true,"stream_options":{"include_usage":true},)" : "";
    start += R"("temperature":0.7,"max_tokens":256,"messages":[{"role":"user","content":")";
    constexpr std::string_view kEnd = R"("}]})";
    constexpr std::string_view kText =
        "Write a line of code that adds up a list: for (i = 0; i < n; i++) sum += a[i]; ";
    std::string body = start;
    while (body.size() + kEnd.size() < body_bytes) {
        body += kText.substr(0, body_bytes - kEnd.size() - body.size());
    }
    body += kEnd;
    return "POST " + options.Text("target", "/v1/chat/completions") +
           " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nAuthorization: Bearer sk-bench-0000000000000000\r\nContent-Type: "
           "application/json\r\n"
           "User-Agent: OpenAI/Python 2.31.0\r\nAccept: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace
}  // namespace sightglass::bench

int main(int argc, char** argv) {
    using namespace sightglass::bench;  // NOLINT(google-build-using-namespace): a program of one
                                        // unit.
    const Options options(argc, argv);
    Plan plan;
    plan.port = static_cast<std::uint16_t>(options.Number("port", 8080));
    plan.request = Request(options, plan.port);
    plan.connections =
        static_cast<std::size_t>(std::clamp(options.Number("connections", 64), 1.0, 10'000.0));
    plan.duration_ns =
        static_cast<std::int64_t>(std::clamp(options.Number("seconds", 3), 0.1, 600.0) * kNsPerS);
    plan.warmup_ns =
        static_cast<std::int64_t>(std::max(options.Number("warmup", 0.5), 0.0) * kNsPerS);
    plan.rate = std::clamp(options.Number("rate", 0), 0.0, 1e6);
    plan.stream = options.Has("stream");
    plan.requests_max =
        static_cast<std::uint64_t>(std::clamp(options.Number("requests-max", 5e6), 1.0, 5e7));
    Load load(std::move(plan));
    load.Run();
    load.Print();
    return 0;
}
