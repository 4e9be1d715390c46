// What derive is told of an exchange: copies of its bodies, within what a worker may hold of them.
#include <utility>

#include "capture/clean_text.h"
#include "capture/gateway/exchange.h"

namespace sightglass::capture {
namespace {

/// Whether its requests say what was said before, and its answers are text.
bool IsConversation(const Call& call) noexcept {
    return call.operation == Operation::kChat || call.operation == Operation::kResponse ||
           call.operation == Operation::kCompletion;
}

}  // namespace

bool Exchange::WantsDerive() const noexcept {
    return IsConversation(record_.call()) ||
           context_.shared.derive.Capture().Most() != pipeline::CapturePolicy::kNone;
}

/// Whether these bytes are to be copied. Where there is no room for them, none are from now on.
bool Exchange::CopyForDerive(std::string_view payload) {
    if (!copies_for_derive_) {
        return false;
    }
    if (payload.size() > WorkerContext::kCopiedBytesMax - context_.copied_bytes) {
        copies_for_derive_ = false;
        context_.copied_bytes -= std::exchange(copied_bytes_, 0);
        answer_copy_.Reset();
        if (request_.sent) {
            request_copy_.Reset();  // Until then it is read from.
        }
        if (answer_.started) {
            DropRequest();  // It was kept for derive alone.
        }
        context_.derive->CountDropped();
        return false;
    }
    copied_bytes_ += payload.size();
    context_.copied_bytes += payload.size();
    return true;
}

void Exchange::DropCopies() {
    context_.copied_bytes -= std::exchange(copied_bytes_, 0);
    request_copy_.Reset();
    answer_copy_.Reset();
}

pipeline::DeriveWork Exchange::WorkForDerive() const noexcept {
    const Call& call = record_.call();
    pipeline::DeriveWork work;
    if (!IsConversation(call)) {
        return work;
    }
    const bool answers = answer_.started && answer_.status / 100 == 2;
    work.threads = true;
    work.count_input = answers && !call.InputTokens();
    // Some providers say a few tokens when an answer begins, and all of them at its end.
    work.count_output = answers && (!call.output_tokens || call.finish_reason.empty());
    return work;
}

/// With the memory of the request, where that is all that it holds.
bool Exchange::OfferToPort(const pipeline::ExchangeView& view) {
    std::string* const memory = client_->inbox.Memory();
    const std::string_view body = view.request_body;
    if (memory == nullptr || body.data() != memory->data() || body.size() != memory->size()) {
        return context_.derive->Offer(view);
    }
    const bool taken = context_.derive->Offer(view, *memory);
    if (memory->empty()) {
        client_->inbox.Taken();
        request_.buffered_bytes = 0;
    }
    return taken;
}

/// True: a derived record will follow.
bool Exchange::OfferToDerive() {
    if (!copies_for_derive_ || record_.request_bytes == 0) {
        return false;
    }
    const Call& call = record_.call();
    const std::string_view held = RequestPayload();
    const std::size_t bytes_max = context_.shared.options.recorded_body_bytes_max;
    const BodyCopy& answer = tee_.Body() != nullptr ? *tee_.Body() : answer_copy_;
    const pipeline::ExchangeView view{
        .call_id = call.call_id,
        .dialect = dialect_->Name(),
        .model = call.model.empty() ? call.model_requested : call.model,
        .request_encoding = content_encoding_,
        .request_body = held.empty() ? request_copy_.Head() : held.substr(0, bytes_max),
        .response_content_type = answer_content_type_,
        .response_encoding = answer_content_encoding_,
        .response_body = answer.Head(),
        .response_format = tee_.Format(),
        .request_truncated = request_copy_.Truncated() || held.size() > bytes_max,
        .response_truncated = answer.Truncated(),
        .work = WorkForDerive()};
    const pipeline::CaptureChoice& capture = record_.Capture();
    if (!capture.Keeps(call)) {
        return view.work.Any() && OfferToPort(view);
    }
    if (!answer_.started) {
        return false;
    }
    pipeline::Exchange exchange = pipeline::CopyOf(view);
    exchange.request_content_type = content_type_;
    exchange.capture = capture;
    exchange.secrets = record_.Secrets();
    if (capture.policy == pipeline::CapturePolicy::kRedacted) {
        exchange.placeholder_key = PlaceholderKeyOf(call, context_.shared.fingerprinter);
    }
    return context_.shared.derive.Offer(std::move(exchange)) && view.work.Any();
}

}  // namespace sightglass::capture
