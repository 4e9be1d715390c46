#include "pipeline/content.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "codec/compression.h"
#include "pipeline/transcript.h"
#include "redact/known_secrets.h"
#include "redact/redact.h"

namespace sightglass::pipeline {
namespace {

/// Server-sent events take some twenty bytes for each that they carry.
constexpr std::size_t kDecodedBytesMax = 8U << 20;
constexpr std::size_t kTokenBytesMax = 256;
constexpr std::size_t kTypeBytesMax = 100;

struct Text {
    std::string text;
    bool truncated = false;
};

std::string_view MediaType(std::string_view content_type) {
    return Trim(content_type.substr(0, content_type.find(';')));
}

bool IsText(std::string_view media_type) {
    return media_type.empty() || StartsWithIgnoreCase(media_type, "text/") ||
           StartsWithIgnoreCase(media_type, "application/json") ||
           StartsWithIgnoreCase(media_type, "application/x-ndjson") ||
           StartsWithIgnoreCase(media_type, "application/jsonl") ||
           StartsWithIgnoreCase(media_type, "application/x-www-form-urlencoded") ||
           media_type.ends_with("+json");
}

bool LooksBinary(std::string_view bytes) {
    return bytes.substr(0, 1024).find('\0') != std::string_view::npos;
}

std::string Note(std::string_view what, std::string_view detail, std::size_t bytes) {
    std::string note = "[";
    note += what;
    if (!detail.empty()) {
        note += ' ';
        note += EscapeForDisplay(detail.substr(0, kTypeBytesMax));
    }
    return note + ", " + std::to_string(bytes) + " bytes]";
}

/// What can be decoded of a body that may be cut off. Nothing where no part of it can.
std::optional<Text> DecodeBody(std::string_view encoding, const std::string& body) {
    Text decoded;
    const auto decoder = codec::NewDecoder(encoding, kDecodedBytesMax);
    if (decoder == nullptr) {
        return std::nullopt;
    }
    const Status status = decoder->Feed(body, decoded.text);
    decoded.truncated = !status.Ok();
    if (!status.Ok() && decoded.text.empty()) {
        return std::nullopt;
    }
    return decoded;
}

/// A cut may go through an address or a key, of which redaction would not recognise the half that
/// is left: what stands before the cut goes back to a space.
void DropCutToken(std::string& text) {
    const std::size_t earliest = text.size() - std::min(text.size(), kTokenBytesMax);
    const std::size_t space = text.find_last_of(" \n");
    text.resize(space != std::string::npos && space >= earliest ? space : earliest);
    // Numbers are written in groups: "4111 1111 11".
    const std::size_t end = text.find_last_not_of("0123456789 -.()/+");
    text.resize(std::max(end == std::string::npos ? 0 : end + 1, earliest));
}

/// What is kept, how much of it, and what is taken out of it.
struct Keeping {
    CapturePolicy policy;
    std::size_t bytes_max;
    redact::Redaction redaction;
    const redact::KnownSecrets& secrets;
};

Keeping KeepingOf(const Exchange& exchange, const redact::CustomPatterns* patterns) {
    const CaptureChoice& capture = exchange.capture;
    Keeping keeping{capture.policy, capture.text_bytes_max, {}, exchange.secrets};
    if (capture.policy == CapturePolicy::kFull) {
        keeping.redaction.scope = redact::Scope::kSecrets;
    }
    keeping.redaction.key = exchange.placeholder_key;
    keeping.redaction.patterns = patterns;
    return keeping;
}

void Bound(Text& content, std::size_t bytes_max) {
    if (content.text.size() > bytes_max) {
        content.text.resize(bytes_max);
        content.truncated = true;
    }
}

/// Brings a text to the bound and takes out what must not be kept.
void Finish(Text& content, const Keeping& keeping) {
    if (content.truncated) {
        keeping.secrets.RemoveFromCut(content.text);
    } else {
        keeping.secrets.RemoveFrom(content.text);
    }
    Bound(content, keeping.bytes_max);
    if (keeping.policy == CapturePolicy::kRedacted && content.truncated) {
        DropCutToken(content.text);
    }
    content.text = redact::RedactDocument(content.text, keeping.redaction);
    Bound(content, keeping.bytes_max);  // Placeholders can be longer.
    MakeValidUtf8(content.text);
}

/// Each part is redacted by itself: a tool's arguments are a JSON document.
Text Join(std::vector<TranscriptPart> parts, bool truncated, const Keeping& keeping) {
    Text joined;
    joined.truncated = truncated;
    for (TranscriptPart& part : parts) {
        Text text{.text = std::move(part.text), .truncated = truncated};
        Finish(text, keeping);
        if (!joined.text.empty()) {
            joined.text += "\n\n";
        }
        if (!part.label.empty()) {
            Text label{.text = std::move(part.label)};
            Finish(label, keeping);
            joined.text += '[' + label.text + "] ";
        }
        joined.text += text.text;
    }
    return joined;
}

const dialect::Dialect& DialectOf(const Exchange& exchange) {
    const dialect::Dialect* const found = dialect::FindDialect(exchange.dialect);
    return found != nullptr ? *found : *dialect::FindDialect("openai");
}

Text ReadEvents(
    const Text& body,
    codec::StreamFormat format,
    const dialect::Dialect& dialect,
    const Keeping& keeping
) {
    Transcript transcript(keeping.bytes_max);
    transcript.Read(body.text, format, dialect);
    const bool truncated = body.truncated || transcript.Truncated();
    if (transcript.parts().empty() && format == codec::StreamFormat::kAwsMessages) {
        return {.text = Note("binary", "events", body.text.size()), .truncated = truncated};
    }
    if (transcript.parts().empty() && keeping.policy == CapturePolicy::kRedacted) {
        // What is split over events that nobody can put together cannot be found.
        return {.text = Note("events", "of an unknown kind", body.text.size())};
    }
    if (transcript.parts().empty()) {
        Text raw = body;  // Events of a kind that is not known: as they came.
        Finish(raw, keeping);
        return raw;
    }
    return Join(std::move(transcript.parts()), truncated, keeping);
}

struct Body {
    std::string_view content_type;
    std::string_view encoding;
    const std::string& bytes;
    bool truncated = false;
    codec::StreamFormat format = codec::StreamFormat::kNone;
    const dialect::Dialect* dialect = nullptr;  ///< Where there is a format.
};

Text ReadBody(const Body& body, const Keeping& keeping) {
    const bool streamed = body.format != codec::StreamFormat::kNone;
    if (body.bytes.empty()) {
        return {};
    }
    const std::string_view type = MediaType(body.content_type);
    if (StartsWithIgnoreCase(type, "multipart/")) {
        return {.text = Note("multipart", "", body.bytes.size())};
    }
    if (!streamed && !IsText(type)) {
        return {.text = Note("binary", type, body.bytes.size())};
    }
    std::optional<Text> decoded = DecodeBody(body.encoding, body.bytes);
    if (!decoded) {
        return {.text = Note("undecodable", body.encoding, body.bytes.size()), .truncated = true};
    }
    decoded->truncated = decoded->truncated || body.truncated;
    if (streamed) {
        return ReadEvents(*decoded, body.format, *body.dialect, keeping);
    }
    if (LooksBinary(decoded->text)) {
        return {.text = Note("binary", type, body.bytes.size())};
    }
    Finish(*decoded, keeping);
    return std::move(*decoded);
}

}  // namespace

Content MakeContent(const Exchange& exchange, const redact::CustomPatterns* patterns) {
    const Keeping keeping = KeepingOf(exchange, patterns);
    Text input = ReadBody(
        {exchange.request_content_type,
         exchange.request_encoding,
         exchange.request_body,
         exchange.truncated},
        keeping
    );
    const bool told = exchange.response_format != codec::StreamFormat::kNone;
    Text output = ReadBody(
        {exchange.response_content_type,
         exchange.response_encoding,
         exchange.response_body,
         exchange.truncated,
         told ? exchange.response_format : codec::StreamFormatOf(exchange.response_content_type),
         &DialectOf(exchange)},
        keeping
    );
    Content content;
    content.call_id = exchange.call_id;
    content.input = std::move(input.text);
    content.output = std::move(output.text);
    content.redacted = exchange.capture.policy == CapturePolicy::kRedacted;
    content.truncated = input.truncated || output.truncated || exchange.truncated;
    return content;
}

}  // namespace sightglass::pipeline
