// The life of one call, from the head of its request to the last byte of its answer:
//
//   1. Begin: the request's head becomes the head for the upstream, and what it says goes into the record.
//   2. ReadSmallBody: a body of ordinary size is waited for, so that the begin record names the model.
//   3. The begin record is appended. Nothing has gone upstream before.
//   4. A target is chosen where there is a choice (route_plan.h), and connected to: a connection from the pool, or a new one.
//   5. Relay: request bytes go up and answer bytes come down as they arrive, each side waiting for the other's room, until the
//      answer has ended; the tee reads both (answer_tee.h). A connection from the pool that turns out to be closed
//      leads back to 4, once, and so does a try that failed before the client saw anything, where the plan has another one.
//   6. The end record is appended; only then the answer's last piece is handed to the client's socket.
//   7. Finish: what the client had no room for is written out; the connections go back to their owners.
//
// Whatever fails on the way is answered in the provider's error shape while the client has seen nothing yet, and cuts the
// client's connection off afterwards.
//
// Where many calls are at the same point, each step is done for all of them before the next: heads are read, then bodies
// with what is recorded of them, then everything is sent (net/send_round.h). A step's code fits into the processor's first
// cache; the whole way does not. Hence the yields before 2 and, where an answer has come as a whole, within 5.
//
// Bytes of both sides pass through the worker's scratch memory and are copied only where somebody has to wait.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "capture/gateway/admission.h"
#include "capture/gateway/answer_tee.h"
#include "capture/gateway/body_copy.h"
#include "capture/gateway/call_record.h"
#include "capture/gateway/client_side.h"
#include "capture/gateway/forwarding.h"
#include "capture/gateway/json_member.h"
#include "capture/gateway/route_plan.h"
#include "capture/gateway/routing.h"
#include "capture/gateway/stream_usage.h"
#include "capture/gateway/worker_context.h"
#include "net/http1.h"
#include "net/http1_body.h"
#include "net/task.h"

namespace sightglass::capture {

/// What becomes of the client's connection after a call.
enum class After : std::uint8_t {
    kKeep,
    kClose,
    kLinger,  ///< Close it once the client has taken what was written: it may still be sending.
    kCut,     ///< Close it at once; the client must see that the answer broke off.
};

/// One call. Used again for the next one.
/// Thread-safety: the worker's thread.
class Exchange {
public:
    explicit Exchange(WorkerContext& context);

    /// Carries out one call. `head`, `head_text` and `route` are views into the client's inbox, whose first byte is the body's.
    net::Task<After>
    Run(ClientSide& client, const net::RequestHead& head, std::string_view head_text, Route route);

private:
    /// A body up to this size, its framing included, is waited for where keys or limits depend on
    /// what it says, or where it may have to be sent to somebody else.
    static constexpr std::size_t kDecisiveBodyBytesMax = 16U << 20;

    enum class Outcome : std::uint8_t {
        kOpen,
        kAnswered,  ///< By the upstream or by us; it may still have to be written out.
        kRetry,     ///< On a new connection, or elsewhere.
        kUpgraded,  ///< To a tunnel.
        kClientGone,
        kCutOff,
    };

    // What each call begins anew, as a whole.

    struct Sending {
        std::size_t buffered_bytes = 0;  ///< Of the body, whole in the client's inbox.
        bool awaited = false;            ///< It is read as a whole before anything is sent.
        bool decisive = false;           ///< Keys or limits depend on what it says.
        bool said_continue = false;      ///< We did, in the upstream's place.
        bool buffered = false;
        bool head_sent = false;
        bool sent = false;
        bool upstream_deaf = false;  ///< It takes no more bytes; it may have answered.
    };

    struct Trying {
        bool reused = false;    ///< upstream_ came from the pool.
        bool open = false;      ///< To reach the upstream, and not recorded yet.
        bool repeated = false;  ///< A connection from the pool was closed: not another from there.
        bool keep = false;      ///< The connection, for the next call.
    };

    struct Receiving {
        std::size_t scanned = 0;
        int status = 0;
        bool begun = false;    ///< A byte of it has come.
        bool waiting = false;  ///< Its body is all there, for the next turn.
        bool started = false;  ///< Its head has been read.
        bool handed = false;   ///< The client has bytes of it.
        bool unchunk = false;
        bool filters = false;  ///< Its payload passes through usage_filter_.
        bool rechunk = false;  ///< And is framed anew.
    };

    struct Changes {
        bool body = false;
        bool asks_usage = false;  ///< By us: its chunk is taken out of the answer.
    };

    // Steps 1 to 4: exchange.cc.
    std::optional<Failure> Begin(const net::RequestHead& head, const Route& route);
    std::size_t AwaitedBytesMax() const noexcept;
    net::Task<void> ReadSmallBody();
    net::Task<void> AwaitClient();
    void Admit();
    net::Task<void> Connect();
    net::Task<void> Relay();
    net::Task<void> Finish();
    void WatchClient();
    void CheckTime();
    Failure TimedOut(std::string_view what) const;

    void LookAtClient();

    /// From now on there are `limit`, and never more than the whole call has left.
    void Touch(Duration limit) noexcept {
        client_->waiter.Within(context_.now, limit);
        client_->waiter.deadline = std::min(client_->waiter.deadline, total_until_);
    }

    // Where a call goes, where there is a choice: exchange_relief.cc.
    void BeginPlan(std::string_view head_text);
    void ChooseTarget();
    void TakeStep(const Step& step);
    void ChangeBody(const Step& step);
    std::optional<TextRange> FindModel() const noexcept;
    std::string_view ModelInPath() const noexcept;
    std::string_view PathFor(const Step& step, std::string& changed) const;
    std::string_view RequestPayload() const noexcept;
    void RefuseCall(Readiness refusal, std::int64_t retry_after_s);
    Demand MakeDemand(bool failing);
    bool TryAgain(const TryFailure& what, int http_status);
    void TryFailed(const TryFailure& what, Failure failure);
    bool RefuseAnswer(const net::ResponseHead& head, std::size_t head_bytes);
    net::Task<void> PrepareAgain();
    bool FiltersUsage(const net::ResponseHead& head) const noexcept;
    void FrameFiltered(bool ends);

    // The request: exchange_request.cc.
    void TakeBufferedBody();
    void ReadRequest(std::string_view body, const BodyCopy* copy);
    void SendRequest();
    void SendBuffered();
    void SendStreamed();
    void RefuseFraming();
    bool ReadClient();
    void RequestSent();
    void RequestNotSentAgain();
    void DropRequest();

    // The answer: exchange_answer.cc.
    void ReadAnswer();
    void TakeAnswer(std::string_view bytes);
    bool TakeAnswerHead();
    bool TakeInterimAnswer(std::size_t size);
    void StartAnswer(const net::ResponseHead& head);
    void TakeAnswerBody();
    void FeedTee(std::string_view payload);
    void AnswerEnded();
    void UpstreamEnded(net::IoResult result);
    void HandToClient(std::string_view bytes);

    // Endings: exchange_ending.cc.
    void AppendEnd(Ending ending);
    void Fail(Failure failure);
    void CutOff(Failure failure);
    void ClientGone();
    void Stopped();

    // What derive is told: exchange_derive.cc.
    bool WantsDerive() const noexcept;
    bool CopyForDerive(std::string_view payload);
    void DropCopies();
    pipeline::DeriveWork WorkForDerive() const noexcept;
    bool OfferToDerive();
    bool OfferToPort(const pipeline::ExchangeView& view);

    WorkerContext& context_;
    CallRecord record_;
    Admitted admitted_;
    AnswerTee tee_;
    BodyCopy request_copy_;
    BodyCopy answer_copy_;  ///< For derive.

    // Of this call.
    ClientSide* client_ = nullptr;
    const UpstreamRoute* route_ = nullptr;
    const Target* target_ = nullptr;
    const dialect::Dialect* dialect_ = nullptr;  ///< Of this request.
    Outcome outcome_ = Outcome::kOpen;
    After after_ = After::kKeep;
    std::string path_;
    std::string content_type_;
    std::string content_encoding_;
    bool to_head_ = false;
    bool old_client_ = false;  ///< HTTP/1.0.
    bool keep_client_ = false;
    bool wants_websocket_ = false;
    bool expects_continue_ = false;
    bool copies_for_derive_ = false;
    std::size_t copied_bytes_ = 0;  ///< Of the worker's copied_bytes.

    // The choice, where there is one: not where `route_` is plain.
    RoutePlan plan_;
    Step next_;              ///< The try that comes after the present one.
    std::string head_text_;  ///< The caller's head, to write it for another target.
    std::string
        changed_body_;  ///< What goes up in place of the caller's body, where it is changed.
    Changes change_;
    SteadyTime total_until_ = SteadyTime::max();

    // The request on its way up.
    std::string request_head_;
    net::BodyFramer request_framer_;
    Sending request_;
    Outbox to_upstream_;

    // The answer on its way down.
    std::unique_ptr<net::Stream> upstream_;
    Trying try_;
    Inbox answer_in_;
    Receiving answer_;
    std::string answer_content_type_;
    std::string answer_content_encoding_;
    std::string answer_head_;
    net::BodyFramer answer_framer_;
    UsageChunkFilter usage_filter_;
    std::string unchunked_;
    bool client_peeked_ = false;  ///< The client has sent more, which is for later.
    bool turn_over_ = false;      ///< Enough was read at once; others are to have their turn.
};

}  // namespace sightglass::capture
