// The request on its way up.
#include "capture/gateway/exchange.h"
#include "codec/compression.h"

namespace sightglass::capture {

void Exchange::TakeBufferedBody() {
    const std::string_view bytes = client_->inbox.View().substr(0, request_.buffered_bytes);
    std::size_t payload_bytes = 0;
    std::size_t pieces = 0;
    std::string_view body;
    std::string joined;  // Of chunks that decide about something: all of them are read.
    net::BodyFramer framer = request_framer_;
    framer.Read(bytes, [&](std::string_view payload) {
        payload_bytes += payload.size();
        body = payload;
        ++pieces;
        if (admitted_.needs_body && payload.size() != bytes.size()) {
            joined.append(payload);
        }
        if (payload.size() != bytes.size()) {
            request_copy_.Add(payload);
        }
        CopyForDerive(payload);
    });
    record_.request_bytes = payload_bytes;
    const bool whole = pieces <= 1 || admitted_.needs_body;
    ReadRequest(joined.empty() ? body : joined, whole ? nullptr : &request_copy_);
}

/// `body`: all of it in one piece, unless it lies in `copy`.
void Exchange::ReadRequest(std::string_view body, const BodyCopy* copy) {
    dialect::RequestView view;
    view.method = record_.call().method;
    view.path = path_;
    view.content_type = content_type_;
    view.body = body;
    if (copy != nullptr) {
        view.body = copy->Head();
        view.body_tail = copy->Truncated() ? copy->Tail() : std::string_view();
        view.truncated = copy->Truncated();
    }
    std::string decoded;
    if (!content_encoding_.empty() && !view.truncated) {
        const std::size_t bound = admitted_.needs_body
                                      ? kDecisiveBodyBytesMax
                                      : context_.shared.options.recorded_body_bytes_max;
        if (auto text = codec::Decode(content_encoding_, view.body, bound); text.Ok()) {
            decoded = std::move(text).value();
            view.body = decoded;
        }
    }
    dialect_->ReadRequest(view, record_.call());
    context_.admission.CheckBody(view, dialect_->Name(), record_.call(), admitted_);
}

/// Asks keys and limits, now that it is known what the request is for.
void Exchange::Admit() {
    if (!admitted_.needs_body) {
        return;
    }
    if (!request_.buffered) {
        // Too large to be held: its path may name the model, and so much of it is there.
        const std::string_view come = client_->inbox.View();
        const dialect::RequestView view{
            .method = record_.call().method,
            .path = path_,
            .content_type = content_type_,
            .body = come,
            .truncated = true};
        context_.admission.CheckBody(view, dialect_->Name(), record_.call(), admitted_);
    }
    record_.Clean();  // What is counted is what the store will say.
    if (auto refusal = context_.admission.CheckLimits(record_.call(), admitted_)) {
        Fail(std::move(*refusal));
    }
}

void Exchange::SendRequest() {
    if (request_.sent || request_.upstream_deaf) {
        return;
    }
    if (request_.buffered) {
        SendBuffered();
    } else {
        SendStreamed();
    }
}

void Exchange::SendBuffered() {
    net::IoResult result;
    if (!request_.head_sent) {
        const std::string_view body =
            !route_->plain && change_.body
                ? std::string_view(changed_body_)
                : client_->inbox.View().substr(0, request_.buffered_bytes);
        result = to_upstream_.Send(*upstream_, {request_head_, body});
        request_.head_sent = true;
    } else {
        result = to_upstream_.Flush(*upstream_);
        if (result.bytes > 0) {
            Touch(route_->timeouts.idle);
        }
    }
    if (result.status == net::IoStatus::kOk) {
        RequestSent();
        if (!try_.reused && route_->plain) {
            RequestNotSentAgain();
        }
    } else if (result.status != net::IoStatus::kWouldBlock) {
        request_.upstream_deaf = true;
        upstream_->socket().SetReadable(true);
    }
}

void Exchange::SendStreamed() {
    while (outcome_ == Outcome::kOpen && !request_.upstream_deaf) {
        std::string_view head = request_.head_sent ? std::string_view() : request_head_;
        std::size_t used = 0;
        if (to_upstream_.empty() && !request_framer_.Done()) {
            const bool nothing = client_->inbox.empty() && !ReadClient();
            if (outcome_ != Outcome::kOpen || (nothing && head.empty())) {
                return;
            }
            used = request_framer_.Read(client_->inbox.View(), [this](std::string_view payload) {
                record_.request_bytes += payload.size();
                request_copy_.Add(payload);
            });
        }
        if (request_framer_.Bad()) {
            RefuseFraming();
            return;
        }
        const net::IoResult result =
            to_upstream_.Send(*upstream_, {head, client_->inbox.View().substr(0, used)});
        request_.head_sent = true;
        client_->inbox.Consume(used);
        if (used > 0 || result.bytes > 0) {
            Touch(route_->timeouts.idle);
        }
        if (result.status == net::IoStatus::kWouldBlock) {
            return;
        }
        if (result.status != net::IoStatus::kOk) {
            request_.upstream_deaf = true;
            upstream_->socket().SetReadable(true);
        } else if (request_framer_.Done()) {
            record_.RequestRead();
            ReadRequest({}, &request_copy_);
            RequestSent();
            return;
        }
    }
}

void Exchange::RefuseFraming() {
    after_ = After::kLinger;
    Fail(
        {400,
         ErrorType::kCallerInvalidRequest,
         "bad_request_body",
         "the request's chunked body is malformed"}
    );
}

/// Reads what the client has sent into its inbox; false where that is nothing now.
bool Exchange::ReadClient() {
    if (!client_->stream.PollReadable()) {
        return false;
    }
    const net::IoResult result =
        client_->stream.Read(context_.Scratch(), WorkerContext::kScratchBytes);
    switch (result.status) {
        case net::IoStatus::kOk:
            client_->inbox.Add({context_.Scratch(), result.bytes});
            return true;
        case net::IoStatus::kWouldBlock:
            return false;
        default:
            ClientGone();
            return false;
    }
}

void Exchange::RequestSent() {
    request_.sent = true;
    record_.RequestSent();
    if (!answer_.started) {
        Touch(route_->timeouts.first_byte);
    }
}

/// Derive is told of it at the end.
void Exchange::RequestNotSentAgain() {
    if (!copies_for_derive_) {
        DropRequest();
    }
}

/// Gives up the body that was kept for sending it again.
void Exchange::DropRequest() {
    if (request_.buffered) {
        client_->inbox.Consume(request_.buffered_bytes);
        request_.buffered_bytes = 0;
    }
}

}  // namespace sightglass::capture
