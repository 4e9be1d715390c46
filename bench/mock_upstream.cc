// A provider that does next to nothing, so that what is measured is the gateway before it: one
// thread, epoll, HTTP/1.1 with keep-alive. The query of the request target says how it answers,
// which passes through any proxy untouched:
//
//   bytes=600     size of the answer's text
//   chunks=50     a stream of so many server-sent events instead of one answer
//   gap_us=20000  time between them; the first one comes at once
//   status=429    an error answer
//
// Each event carries the time at which it was written (CLOCK_MONOTONIC, nanoseconds) between two @,
// so that a client on the same machine can tell how long it was on its way.
//
//   bench_mock_upstream [--port 0] [--seconds 3600]
#include <algorithm>
#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include "socket_io.h"

namespace sightglass::bench {
namespace {

constexpr std::size_t kRequestBytesMax = 16U << 20;
constexpr std::size_t kConnectionsMax = 20'000;
constexpr std::int64_t kChunksMax = 1'000'000;
constexpr std::int64_t kAnswerBytesMax = 1 << 20;
constexpr std::size_t kBodiesMax = 64;  // Kept, of different sizes.

struct Connection {
    int fd = -1;
    std::string in;
    std::string out;
    std::int64_t chunks_left = 0;
    std::int64_t gap_ns = 0;
    std::uint64_t generation = 0;  ///< Of the timer that is valid for it.
    bool waits_for_room = false;
};

/// When a stream's next chunk is due.
struct Due {
    std::int64_t at_ns;
    Connection* connection;
    std::uint64_t generation;

    bool operator>(const Due& other) const noexcept { return at_ns > other.at_ns; }
};

std::string Text(std::size_t bytes) {
    constexpr std::string_view kSentence =
        "All work of this answer is to be as long as it was asked to be. ";
    std::string text;
    while (text.size() < bytes) {
        text += kSentence.substr(0, bytes - text.size());
    }
    return text;
}

std::string
Head(int status, std::string_view type, std::string_view framing, std::uint64_t number) {
    char text[640];
    const int size = std::snprintf(
        text,
        sizeof text,
        "HTTP/1.1 %d %s\r\ncontent-type: %.*s\r\nx-request-id: req_%016llx\r\nopenai-organization: "
        "bench\r\n"
        "openai-processing-ms: 1\r\nopenai-version: 2020-10-01\r\nx-ratelimit-limit-requests: "
        "100000\r\n"
        "x-ratelimit-remaining-requests: 99999\r\nx-ratelimit-reset-requests: "
        "1ms\r\nx-ratelimit-limit-tokens: 10000000\r\n"
        "x-ratelimit-remaining-tokens: 9999000\r\nx-ratelimit-reset-tokens: 6ms\r\n%.*s\r\n\r\n",
        status,
        status == 200 ? "OK" : "Error",
        static_cast<int>(type.size()),
        type.data(),
        static_cast<unsigned long long>(number),
        static_cast<int>(framing.size()),
        framing.data()
    );
    return {text, static_cast<std::size_t>(size)};
}

class Mock {
public:
    explicit Mock(std::uint16_t port)
        : epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(Listen(port)) {
        Watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
    }

    void Run(std::int64_t until_ns) {
        std::vector<epoll_event> events(512);
        for (std::int64_t now = NowNs(); now < until_ns; now = NowNs()) {
            const int count =
                epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), WaitMs(now));
            for (int i = 0; i < count; ++i) {
                auto* connection =
                    static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
                if (connection == nullptr) {
                    Accept();
                } else {
                    Handle(*connection, events[static_cast<std::size_t>(i)].events);
                }
            }
            SendDue();
        }
    }

private:
    int WaitMs(std::int64_t now) const {
        if (due_.empty()) {
            return 200;
        }
        const std::int64_t ms = (due_.top().at_ns - now) / 1'000'000;
        return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 200));
    }

    void Accept() {
        for (;;) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) {
                return;
            }
            if (connections_.size() >= kConnectionsMax) {
                close(fd);
                continue;
            }
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            auto connection = std::make_unique<Connection>();
            connection->fd = fd;
            Watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN, connection.get());
            connections_.emplace(fd, std::move(connection));
        }
    }

    // The object itself lives until the events of this turn are done with.
    void Close(Connection& connection) {
        close(connection.fd);
        ++connection.generation;
        const auto found = connections_.find(connection.fd);
        connection.fd = -1;
        graves_.push_back(std::move(found->second));
        connections_.erase(found);
    }

    void Handle(Connection& connection, std::uint32_t events) {
        if (connection.fd < 0) {
            return;
        }
        if ((events & EPOLLOUT) != 0 && !Flush(connection)) {
            return;
        }
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
            Read(connection);
        }
    }

    void Read(Connection& connection) {
        char buffer[64 << 10];
        for (;;) {
            const ssize_t size = read(connection.fd, buffer, sizeof buffer);
            if (size < 0 && errno == EAGAIN) {
                break;
            }
            if (size <= 0 || connection.in.size() > kRequestBytesMax) {
                Close(connection);
                return;
            }
            connection.in.append(buffer, static_cast<std::size_t>(size));
            if (static_cast<std::size_t>(size) < sizeof buffer) {
                break;
            }
        }
        while (connection.fd >= 0 && connection.chunks_left == 0 && AnswerOne(connection)) {
        }
    }

    // Answers the first request of the buffer, if it is whole.
    bool AnswerOne(Connection& connection) {
        const std::string_view in = connection.in;
        const std::size_t head_end = in.find("\r\n\r\n");
        if (head_end == std::string_view::npos) {
            return false;
        }
        const std::string_view head = in.substr(0, head_end + 2);
        const std::size_t body_start = head_end + 4;
        std::size_t end =
            body_start + static_cast<std::size_t>(ToInt(FindHeader(head, "content-length:"), 0));
        if (!FindHeader(head, "transfer-encoding:").empty()) {
            const std::size_t last = in.find("\r\n0\r\n\r\n", head_end + 2);
            if (last == std::string_view::npos) {
                return false;
            }
            end = last + 7;
        }
        if (in.size() < end) {
            return false;
        }
        const std::size_t target_start = head.find(' ') + 1;
        const std::string_view target =
            head.substr(target_start, head.find(' ', target_start) - target_start);
        const std::int64_t chunks =
            std::clamp<std::int64_t>(QueryNumber(target, "chunks", 0), 0, kChunksMax);
        const std::int64_t gap_ns =
            std::max<std::int64_t>(QueryNumber(target, "gap_us", 0), 0) * 1000;
        const std::int64_t bytes =
            std::clamp<std::int64_t>(QueryNumber(target, "bytes", 600), 1, kAnswerBytesMax);
        const auto status = static_cast<int>(QueryNumber(target, "status", 200));
        connection.in.erase(0, end);
        if (chunks == 0) {
            connection.out += Whole(status, bytes);
            return Flush(connection);
        }
        BeginStream(connection, chunks, gap_ns);
        return true;
    }

    std::string Whole(int status, std::int64_t bytes) {
        if (status != 200) {
            const std::string_view body =
                R"({"error":{"message":"asked for","type":"server_error","param":null,"code":null}})";
            return Head(
                       status,
                       "application/json",
                       "content-length: " + std::to_string(body.size()),
                       ++requests_
                   ) +
                   std::string(body);
        }
        if (bodies_.size() > kBodiesMax) {
            bodies_.clear();
        }
        std::string& body = bodies_[bytes];
        if (body.empty()) {
            body =
                R"({"id":"chatcmpl-bench","object":"chat.completion","created":1790000000,"model":"gpt-5.4-mini",)"
                R"("choices":[{"index":0,"message":{"role":"assistant","content":")" +
                Text(static_cast<std::size_t>(bytes)) +
                R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":250,"completion_tokens":120,"total_tokens":370,)"
                R"("prompt_tokens_details":{"cached_tokens":128}}})";
        }
        return Head(
                   200,
                   "application/json",
                   "content-length: " + std::to_string(body.size()),
                   ++requests_
               ) +
               body;
    }

    void BeginStream(Connection& connection, std::int64_t chunks, std::int64_t gap_ns) {
        connection.out += Head(200, "text/event-stream", "transfer-encoding: chunked", ++requests_);
        connection.chunks_left = chunks;
        connection.gap_ns = gap_ns;
        ++connection.generation;
        SendChunks(connection);
    }

    static void AppendChunk(std::string& out, std::string_view data) {
        char size[16];
        out.append(
            size,
            static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", data.size()))
        );
        out.append(data).append("\r\n");
    }

    // One chunk, or all of them where there is no gap.
    void SendChunks(Connection& connection) {
        do {
            char event[320];
            const int size = std::snprintf(
                event,
                sizeof event,
                "data: "
                "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":"
                "1790000000,\"model\":"
                "\"gpt-5.4-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@%019lld@ "
                "word\"},"
                "\"finish_reason\":null}]}\n\n",
                static_cast<long long>(NowNs())
            );
            AppendChunk(connection.out, {event, static_cast<std::size_t>(size)});
            --connection.chunks_left;
            if (connection.chunks_left == 0) {
                EndStream(connection.out);
            } else if (connection.gap_ns == 0 && !Flush(connection)) {
                return;
            }
        } while (connection.chunks_left > 0 && connection.gap_ns == 0);
        if (!Flush(connection) || connection.chunks_left == 0) {
            return;
        }
        due_.push({NowNs() + connection.gap_ns, &connection, connection.generation});
    }

    static void EndStream(std::string& out) {
        AppendChunk(
            out,
            "data: "
            "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":"
            "1790000000,\"model\":"
            "\"gpt-5.4-mini\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
            "\n\n"
        );
        AppendChunk(out, "data: [DONE]\n\n");
        out += "0\r\n\r\n";
    }

    void SendDue() {
        const std::int64_t now = NowNs();
        while (!due_.empty() && due_.top().at_ns <= now) {
            const Due due = due_.top();
            due_.pop();
            if (due.connection->generation != due.generation) {
                continue;
            }
            SendChunks(*due.connection);
            if (due.connection->fd >= 0 && due.connection->chunks_left == 0) {
                while (due.connection->fd >= 0 && AnswerOne(*due.connection)
                ) {  // What came meanwhile.
                }
            }
        }
        // Timers of closed connections may still point to them.
        if (due_.empty()) {
            graves_.clear();
        }
    }

    // False where the connection is gone.
    bool Flush(Connection& connection) {
        while (!connection.out.empty()) {
            const ssize_t size =
                send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
            if (size < 0 && errno != EAGAIN) {
                Close(connection);
                return false;
            }
            if (size < 0) {
                if (!connection.waits_for_room) {
                    connection.waits_for_room = true;
                    Watch(epoll_, EPOLL_CTL_MOD, connection.fd, EPOLLIN | EPOLLOUT, &connection);
                }
                return true;
            }
            connection.out.erase(0, static_cast<std::size_t>(size));
        }
        if (connection.waits_for_room) {
            connection.waits_for_room = false;
            Watch(epoll_, EPOLL_CTL_MOD, connection.fd, EPOLLIN, &connection);
        }
        return true;
    }

    int epoll_;
    int listener_;
    std::uint64_t requests_ = 0;
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Connection>> graves_;
    std::unordered_map<std::int64_t, std::string> bodies_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace
}  // namespace sightglass::bench

int main(int argc, char** argv) {
    using namespace sightglass::bench;  // NOLINT(google-build-using-namespace): a program of one
                                        // unit.
    const Options options(argc, argv);
    const double seconds = std::min(options.Number("seconds", 3600), 86'400.0);
    Mock mock(static_cast<std::uint16_t>(options.Number("port", 0)));
    mock.Run(NowNs() + static_cast<std::int64_t>(seconds * 1e9));
    return 0;
}
